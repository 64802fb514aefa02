/*
 * Copyright 2026 the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package ai.tinyfish.project;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.project.SourceTypes.Member;
import ai.tinyfish.project.SourceTypes.Role;
import ai.tinyfish.project.SourceTypes.SourceType;
import com.sun.source.tree.Tree;

/**
 * The reference of types: a page in Markdown with all that is sent and read.
 */
final class TypesReference {

	/** Ends of packages, in the order of the page, and what their types are about. */
	private static final Map<String, String> AREAS = areas("agent", "Runs: requests", "run",
			"Runs: outcomes and records", "agent.event", "Runs: events of a stream", "spring.event",
			"Runs: application events", "durable", "Durable runs", "search", "Search", "fetch", "Fetch", "browser",
			"Browsers", "vault", "Vault", "profile", "Profiles", "wallet", "Wallet", "usage", "Usage", "settings",
			"Settings of clients and requests");

	/** Methods of any type, and steps from one type to another. */
	private static final Set<String> NO_PROPERTIES = Set.of("toString", "hashCode", "toBuilder", "toAgentRun");

	private static final Pattern SENT = Pattern.compile("\\w+(Request|Config|Options|Query)");

	private static final String INTRODUCTION = """
			<!-- Written by TypesReferenceTests, from the Javadoc of the types. -->

			# Types and their fields

			All that is sent and read, by area: requests, results, events, and the values of each enum. \
			[Using the client](client.md) and the [API reference](api.md) have the methods that use them.

			* A property with an empty column "null" is never null. Otherwise the column says when it is null. In \
			requests, it says what null stands for.
			* `Duration` and `Instant` need no unit. Numbers say theirs.
			* Values of responses that are new to this version are `UNKNOWN` in an enum; the method beside it \
			(`…Text()`) has the text. Values of requests with `of(…)` accept texts that have no constant yet.
			""";

	private static final Pattern NULL = Pattern
		.compile("(.*?)[,;.]? ?(?:or )?\\b[nN]ull\\b ?(?:becomes |is read as |means )?(.*)");

	private static final Pattern NUMBER = Pattern.compile("int|long|double|Integer|Long|Double|BigDecimal");

	private static final Pattern UNIT = Pattern
		.compile("(?i)number|count|how (many|much|often)|status|second|year|amount|price|balance|steps|byte|"
				+ "page|maximum|most|port|factor|\\bid\\b|characters");

	/** A definite value, and what it is qualified by. */
	private static final Pattern QUALIFIED = Pattern
		.compile("the [\\w' -]+?(,? (?:in (?:milli)?seconds|counted|without|such as|as ).*)?$|.*");

	private final Map<String, SourceType> types;

	private final List<String> problems = new ArrayList<>();

	private TypesReference(Map<String, SourceType> types) {
		this.types = types;
	}

	private static Map<String, String> areas(String... texts) {
		Map<String, String> areas = new LinkedHashMap<>();
		for (int i = 0; i < texts.length; i += 2) {
			areas.put(texts[i], texts[i + 1]);
		}
		return areas;
	}

	/**
	 * Return the page.
	 * @throws IllegalStateException naming all properties whose Javadoc does not say what
	 * the page needs
	 */
	static String render(Map<String, SourceType> types) {
		return new TypesReference(types).render();
	}

	private String render() {
		StringBuilder page = new StringBuilder(INTRODUCTION);
		AREAS.forEach((area, title) -> {
			page.append("\n## ").append(title).append('\n');
			this.types.values()
				.stream()
				.filter((type) -> type.isPublic() && type.origin().matches("ai\\.tinyfish\\." + Pattern.quote(area)))
				.filter(this::isData)
				.forEach((type) -> render(type, page));
		});
		if (!this.problems.isEmpty()) {
			throw new IllegalStateException("The Javadoc does not say enough:\n" + String.join("\n", this.problems));
		}
		return page.toString();
	}

	private boolean isData(SourceType type) {
		return !type.name().endsWith("Builder") && !type.name().endsWith("Exception")
				&& (type.kind() != Tree.Kind.INTERFACE && type.kind() != Tree.Kind.ANNOTATION_TYPE)
				&& !(constants(type).isEmpty() && properties(type).isEmpty() && parent(type) == null);
	}

	/**
	 * Return the type whose properties a type has, or null if the page has no such type.
	 */
	private SourceType parent(SourceType type) {
		SourceType parent = this.types.get(type.superclass());
		return (parent != null && parent.isPublic() && isData(parent)) ? parent : null;
	}

	private void render(SourceType type, StringBuilder page) {
		page.append("\n### ").append(type.name()).append("\n\n").append(type.summary()).append('\n');
		SourceType parent = parent(type);
		if (parent != null) {
			page.append("It has the properties of ").append(link(parent.name(), parent.name())).append(".\n");
		}
		if (!constants(type).isEmpty()) {
			boolean isSent = constants(type).stream().anyMatch((constant) -> !constant.json().isEmpty());
			page.append(
					isSent ? "\n| value | sent | meaning |\n|---|---|---|\n" : "\n| value | meaning |\n|---|---|\n");
			constants(type).forEach((constant) -> page
				.append(isSent ? row(code(constant.name()), code(constant.json()), constant.summary())
						: row(code(constant.name()), constant.summary())));
		}
		List<Member> properties = properties(type);
		if (!properties.isEmpty()) {
			page.append("\n| property | JSON | type | null | meaning |\n|---|---|---|---|---|\n");
			properties.forEach((property) -> page.append(row(type, property)));
		}
	}

	private static List<Member> constants(SourceType type) {
		return type.members(Role.CONSTANT);
	}

	/**
	 * Return the properties that the builder of a request sets, or that can be read.
	 */
	private List<Member> properties(SourceType type) {
		SourceType builder = this.types.values()
			.stream()
			.filter((candidate) -> candidate.name().matches(Pattern.quote(type.name()) + "\\.\\w*Builder"))
			.findFirst()
			.orElse(null);
		Map<String, Member> properties = new LinkedHashMap<>();
		boolean isSent = builder != null && type.kind() == Tree.Kind.CLASS && SENT.matcher(type.name()).matches();
		(isSent ? builder.members(Role.SETTER) : readable(type))
			.forEach((member) -> properties.putIfAbsent(member.name(), member));
		return List.copyOf(properties.values());
	}

	private List<Member> readable(SourceType type) {
		if (type.kind() == Tree.Kind.ENUM) {
			return List.of();
		}
		SourceType parent = this.types.get(type.superclass());
		List<Member> inherited = (parent != null && !parent.isPublic()) ? readable(parent) : List.of();
		return Stream
			.of(type.members(Role.COMPONENT).stream(),
					type.members(Role.ACCESSOR).stream().filter((member) -> !member.summary().isEmpty()),
					inherited.stream())
			.flatMap((members) -> members)
			.filter((member) -> !NO_PROPERTIES.contains(member.name()))
			.toList();
	}

	private String row(SourceType type, Member property) {
		String value = property.value().replaceFirst(", never null$", "");
		String whenNull = "";
		String more = "";
		Matcher matcher = NULL.matcher(value);
		if (property.nullable()) {
			String[] parts = matcher.matches() ? matcher.group(2).replaceFirst("^: ", "").split("\\.(?: |$)", 2)
					: new String[1];
			value = matcher.matches() ? matcher.group(1) : value;
			whenNull = Objects.requireNonNullElse(parts[0], "");
			more = (parts.length > 1 && !parts[1].isEmpty()) ? " " + parts[1].replaceFirst("\\.?$", ".") : "";
			if (!whenNull.matches("[a-z`].*")) {
				this.problems.add("null  " + type.name() + "." + property.name() + ": " + property.value());
			}
		}
		String text = description(property, value) + more;
		if (NUMBER.matcher(property.type()).matches() && !UNIT.matcher(text).find()) {
			this.problems.add("unit  " + type.name() + "." + property.name() + ": " + text);
		}
		return row(code(property.name()), code(property.json()), type(type, property.type()), whenNull, text);
	}

	private static String description(Member property, String value) {
		String sentence = property.summary().replaceFirst("^(Return|Set(?! .* to )) ", "").replaceFirst("\\.$", "");
		String tag = value.replaceFirst("[.,;]? *$", "");
		if (sentence.isEmpty()) {
			sentence = tag;
		}
		else if (tag.matches("(an? |at |from |[0-9`]).*")) {
			sentence += ": " + tag;
		}
		else {
			// the qualifier of the definite value
			sentence += QUALIFIED.matcher(tag).replaceFirst("$1");
		}
		return sentence.isEmpty() ? "" : Character.toUpperCase(sentence.charAt(0)) + sentence.substring(1) + ".";
	}

	private String type(SourceType of, String type) {
		return Stream.of(type.split("[^\\w.]+"))
			.flatMap((name) -> Stream.of(of.name() + "." + name, of.name().replaceFirst("\\w+$", "") + name, name))
			.filter((name) -> this.types.containsKey(name) && isData(this.types.get(name)))
			.findFirst()
			.map((name) -> link(type, name))
			.orElseGet(() -> code(type));
	}

	private static String link(String text, String type) {
		return "[" + code(text) + "](#" + anchor(type) + ")";
	}

	private static String anchor(String type) {
		return type.toLowerCase(Locale.ROOT).replace(".", "");
	}

	private static String row(String... cells) {
		return Arrays.stream(cells)
			.map((cell) -> (cell.isEmpty() ? "" : " " + cell.replace("|", "\\|")) + " |")
			.collect(Collectors.joining("", "|", "\n"));
	}

	private static String code(String text) {
		return text.isEmpty() ? "" : "`" + text + "`";
	}

}
