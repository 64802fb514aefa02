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

package ai.tinyfish.simulator.internal.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

import ai.tinyfish.simulator.internal.api.ApiException.Issue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Reader of the fields of one JSON object, which collects their problems. An explicit
 * {@code null} counts as a wrong type, as only absence means "not given".
 */
public final class Fields {

	private final JsonNode object;

	private final List<Object> path;

	private final List<Issue> issues;

	private Fields(JsonNode object, List<Issue> issues) {
		this(object, List.of(), issues);
	}

	private Fields(JsonNode object, List<Object> path, List<Issue> issues) {
		this.object = object;
		this.path = path;
		this.issues = issues;
	}

	/**
	 * Read a body that must be an object whose texts can be written in an answer.
	 */
	public static Fields of(byte[] body, List<Issue> issues) {
		JsonNode root = Json.read(body);
		if (root == null) {
			throw ApiException.invalidInput("The request body is not valid JSON");
		}
		if (!root.isObject()) {
			throw ApiException.invalidInput("The request body must be a JSON object");
		}
		Issue unwritable = UnpairedSurrogates.firstIn(root);
		if (unwritable != null) {
			throw ApiException.invalidInput(List.of(unwritable));
		}
		return new Fields(root, issues);
	}

	public boolean has(String name) {
		return this.object.has(name);
	}

	/**
	 * Return whether a field is explicitly {@code null}.
	 */
	public boolean isNull(String name) {
		JsonNode node = node(name);
		return node != null && node.isNull();
	}

	public @Nullable JsonNode node(String name) {
		return this.object.get(name);
	}

	public @Nullable String text(String name) {
		JsonNode node = this.object.get(name);
		if (node == null) {
			return null;
		}
		if (!node.isString()) {
			wrongType(name, "a string");
			return null;
		}
		return node.stringValue();
	}

	public @Nullable String requiredText(String name) {
		if (!has(name)) {
			issue("invalid_type", name, "Field \"%s\" is required and must be a string".formatted(name));
			return null;
		}
		String text = text(name);
		if (text != null && text.isBlank()) {
			issue("too_small", name, "Field \"%s\" must not be blank".formatted(name));
			return null;
		}
		return text;
	}

	public @Nullable String oneOf(String name, Set<String> allowed) {
		String text = text(name);
		if (text != null && !allowed.contains(text)) {
			issue("invalid_value", name,
					"Field \"%s\" must be one of %s".formatted(name, String.join(", ", new TreeSet<>(allowed))));
			return null;
		}
		return text;
	}

	public void uri(String name, @Nullable String text, Set<String> schemes) {
		if (text == null) {
			return;
		}
		try {
			URI uri = new URI(text);
			String scheme = (uri.getScheme() != null) ? uri.getScheme().toLowerCase(Locale.ROOT) : "";
			if (schemes.contains(scheme) && uri.getRawAuthority() != null) {
				return;
			}
		}
		catch (URISyntaxException ex) {
			// answered below, without the text
		}
		issue("invalid_format", name, "Field \"%s\" must be an absolute URL with the scheme %s".formatted(name,
				String.join(" or ", new TreeSet<>(schemes))));
	}

	public @Nullable Boolean flag(String name) {
		JsonNode node = this.object.get(name);
		if (node == null) {
			return null;
		}
		if (!node.isBoolean()) {
			wrongType(name, "a boolean");
			return null;
		}
		return node.booleanValue();
	}

	public @Nullable Integer integer(String name, int min, int max) {
		JsonNode node = this.object.get(name);
		if (node == null) {
			return null;
		}
		if (!node.isIntegralNumber()) {
			wrongType(name, "an integer");
			return null;
		}
		if (!node.canConvertToInt() || node.intValue() < min || node.intValue() > max) {
			boolean small = node.bigIntegerValue().signum() <= 0;
			issue(small ? "too_small" : "too_big", name,
					"Field \"%s\" must be between %d and %d".formatted(name, min, max));
			return null;
		}
		return node.intValue();
	}

	public void nonEmptyTexts(String name) {
		JsonNode node = this.object.get(name);
		if (node == null) {
			return;
		}
		if (!node.isArray()) {
			wrongType(name, "an array of strings");
			return;
		}
		if (node.isEmpty()) {
			issue("too_small", name, "Field \"%s\" must not be empty".formatted(name));
		}
		for (int i = 0; i < node.size(); i++) {
			JsonNode item = node.get(i);
			if (!item.isString() || item.stringValue().isEmpty()) {
				itemIssue("invalid_type", name, i,
						"Items of \"%s\" must be strings that are not empty".formatted(name));
			}
		}
	}

	/**
	 * Read a required array of texts, up to a number.
	 */
	public List<String> requiredTexts(String name, int max) {
		JsonNode node = this.object.get(name);
		if (node == null || !node.isArray()) {
			issue("invalid_type", name, "Field \"%s\" is required and must be an array of strings".formatted(name));
			return List.of();
		}
		nonEmptyTexts(name);
		if (node.size() > max) {
			issue("too_big", name, "Field \"%s\" must have at most %d items".formatted(name, max));
		}
		return node.valueStream().filter(JsonNode::isString).map(JsonNode::stringValue).toList();
	}

	/**
	 * Read an optional array of texts, from one up to a number, none longer than a
	 * length.
	 */
	public List<String> someTexts(String name, int max, int maxLength) {
		List<String> texts = has(name) ? requiredTexts(name, max) : List.of();
		for (int i = 0; i < texts.size(); i++) {
			if (texts.get(i).length() > maxLength) {
				itemIssue("too_big", name, i,
						"Items of \"%s\" must have at most %d characters".formatted(name, maxLength));
			}
		}
		return texts;
	}

	/**
	 * Read a required array of objects, from one up to a number.
	 */
	public List<Fields> requiredObjects(String name, int max) {
		JsonNode node = this.object.get(name);
		if (node == null || !node.isArray()) {
			issue("invalid_type", name, "Field \"%s\" is required and must be an array of objects".formatted(name));
			return List.of();
		}
		if (node.isEmpty()) {
			issue("too_small", name, "Field \"%s\" must not be empty".formatted(name));
		}
		if (node.size() > max) {
			issue("too_big", name, "Field \"%s\" must have at most %d items".formatted(name, max));
			return List.of();
		}
		List<Fields> objects = new ArrayList<>();
		for (int i = 0; i < node.size(); i++) {
			if (node.get(i).isObject()) {
				List<Object> itemPath = extend(name);
				itemPath.add(i);
				objects.add(new Fields(node.get(i), itemPath, this.issues));
			}
			else {
				itemIssue("invalid_type", name, i, "Items of \"%s\" must be objects".formatted(name));
			}
		}
		return objects;
	}

	public @Nullable Fields object(String name) {
		JsonNode node = this.object.get(name);
		if (node == null) {
			return null;
		}
		if (!node.isObject()) {
			wrongType(name, "an object");
			return null;
		}
		return new Fields(node, extend(name), this.issues);
	}

	public void itemIssue(String code, String name, int index, String message) {
		List<Object> itemPath = extend(name);
		itemPath.add(index);
		this.issues.add(new Issue(code, itemPath, message));
	}

	public void issue(String code, String name, String message) {
		this.issues.add(new Issue(code, extend(name), message));
	}

	private void wrongType(String name, String expected) {
		issue("invalid_type", name, "Field \"%s\" must be %s".formatted(name, expected));
	}

	private List<Object> extend(String name) {
		List<Object> extended = new ArrayList<>(this.path);
		extended.add(name);
		return extended;
	}

}
