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

package ai.tinyfish.spring.test.cassette;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;
import org.springframework.web.util.HtmlUtils;

/**
 * Forms in which secrets are written. A text is decoded, layer by layer, and each layer
 * is searched: escapes of JSON and XML, percent encoding and Base64, in any order.
 */
final class WrittenSecrets {

	/** Layers of escapes, such as those of JSON within a text of JSON. */
	private static final int MAX_LAYERS = 5;

	/** Shorter secrets are found in arbitrary bytes. */
	private static final int MIN_ENCODED = 6;

	private static final Pattern JSON_ESCAPE = Pattern.compile("\\\\(?:u([0-9a-fA-F]{4})|(.))");

	private static final Pattern PERCENT = Pattern.compile("(?:%[0-9a-fA-F]{2})+");

	private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]{8,}");

	private WrittenSecrets() {
	}

	/**
	 * Return the name of a secret that is written in a text, or null.
	 * @param text the text
	 * @param secrets the secrets with their names
	 */
	static @Nullable String find(String text, Map<String, String> secrets) {
		Set<String> layers = layers(text);
		Set<String> decoded = layers(decodedBase64(layers));
		return secrets.entrySet()
			.stream()
			.filter((secret) -> layers.stream().anyMatch((layer) -> layer.contains(secret.getKey()))
					|| (secret.getKey().length() >= MIN_ENCODED
							&& decoded.stream().anyMatch((layer) -> layer.contains(secret.getKey()))))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElse(null);
	}

	/**
	 * Return a text, and what it is without escapes, layer by layer.
	 */
	static Set<String> layers(String text) {
		List<Function<String, String>> decoders = List.of(
				(layer) -> JSON_ESCAPE.matcher(layer).replaceAll(WrittenSecrets::jsonCharacter),
				HtmlUtils::htmlUnescape, WrittenSecrets::withoutPercents);
		Set<String> layers = new LinkedHashSet<>(Set.of(text));
		String layer = text;
		for (int i = 0; i < MAX_LAYERS; i++) {
			for (Function<String, String> decoder : decoders) {
				layers.add(withoutPercents(layer.replace('+', ' ')));
				layer = decoder.apply(layer);
				layers.add(layer);
			}
		}
		return layers;
	}

	private static String jsonCharacter(MatchResult escape) {
		String code = escape.group(1);
		return Matcher.quoteReplacement((code != null) ? String.valueOf((char) Integer.parseInt(code, 16))
				: escape.group(2).replace('n', '\n').replace('t', '\t').replace('r', '\r'));
	}

	private static String withoutPercents(String text) {
		return PERCENT.matcher(text)
			.replaceAll((encoded) -> Matcher
				.quoteReplacement(StringUtils.uriDecode(encoded.group(), StandardCharsets.UTF_8)));
	}

	/**
	 * Return what the words of texts are in Base64, each from its first four characters
	 * on: another word may be in front of it, such as a part of a path.
	 */
	private static String decodedBase64(Set<String> texts) {
		Set<String> words = texts.stream()
			.flatMap((text) -> BASE64.matcher(text).results())
			.map((word) -> word.group().replace('-', '+').replace('_', '/'))
			.collect(Collectors.toCollection(LinkedHashSet::new));
		return words.stream()
			.flatMap((word) -> IntStream.range(0, 4).mapToObj(word::substring))
			.map((word) -> Base64.getDecoder()
				.decode((word.length() % 4 == 1) ? word.substring(0, word.length() - 1) : word))
			.map((bytes) -> new String(bytes, StandardCharsets.UTF_8))
			.collect(Collectors.joining("\n"));
	}

}
