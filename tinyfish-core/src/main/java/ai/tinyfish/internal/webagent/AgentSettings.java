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

package ai.tinyfish.internal.webagent;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentConfig;
import ai.tinyfish.agent.AgentMode;
import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.agent.BrowserProfile;
import ai.tinyfish.agent.CaptureConfig;
import ai.tinyfish.agent.ProxyConfig;
import ai.tinyfish.settings.ProxyCountryCode;
import ai.tinyfish.webagent.Goal;
import ai.tinyfish.webagent.WebAgent;

import org.springframework.format.datetime.standard.DurationFormatterUtils;

/**
 * Settings of requests from the annotations of a method and its interface: that of the
 * method, or else that of the interface.
 *
 * @param goal the annotation of the method
 * @param agent the annotation of the interface
 * @param placeholders replaces placeholders
 */
record AgentSettings(Goal goal, WebAgent agent, UnaryOperator<String> placeholders) {

	private static final Map<String, BiConsumer<CaptureConfig.Builder, Boolean>> CAPTURES = new TreeMap<>(
			Map.of("elements", CaptureConfig.Builder::elements, "snapshots", CaptureConfig.Builder::snapshots,
					"screenshots", CaptureConfig.Builder::screenshots, "recording", CaptureConfig.Builder::recording,
					"html", CaptureConfig.Builder::html));

	private static final String NAME = "Use a name of the API, or leave it empty";

	private static final String DURATION = "Write a duration with its unit, such as 90s, 5m or PT5M";

	/**
	 * Return the template of the URL.
	 * @return the template, possibly empty
	 */
	String url() {
		return value(this.goal.url(), this.agent.url()).text();
	}

	/**
	 * Set all settings but the URL.
	 * @throws DeclarationException if one is not valid
	 */
	void applyTo(AgentRequest.Builder request) {
		set("browserProfile", value(this.goal.browserProfile(), this.agent.browserProfile()), NAME,
				(text) -> request.browserProfile(BrowserProfile.of(text)));
		set("proxyCountryCode", value(this.goal.proxyCountryCode(), this.agent.proxyCountryCode()), NAME,
				(text) -> request.proxy(ProxyConfig.in(ProxyCountryCode.of(text))));
		set("useVault", value(this.goal.useVault(), this.agent.useVault()), "Write true or false",
				(text) -> request.useVault(flag(text)));
		set("tag", value(this.goal.tag(), this.agent.tag()), "Pass the tag as a parameter with @RunTag", request::tag);
		set("runTimeout", value(this.goal.runTimeout(), this.agent.runTimeout()), DURATION,
				(text) -> request.runTimeout(duration(text)));
		request.agentConfig(agentConfig()).captureConfig(captureConfig());
	}

	private AgentConfig agentConfig() {
		AgentConfig.Builder config = AgentConfig.builder();
		set("mode", value(this.goal.mode(), this.agent.mode()), NAME, (text) -> config.mode(AgentMode.of(text)));
		set("maxSteps", value(this.goal.maxSteps(), this.agent.maxSteps()), "Write a whole number from 1 to 500",
				(text) -> config.maxSteps(Integer.valueOf(text)));
		set("maxDuration", value(this.goal.maxDuration(), this.agent.maxDuration()), DURATION,
				(text) -> config.maxDuration(duration(text)));
		return config.build();
	}

	private CaptureConfig captureConfig() {
		CaptureConfig.Builder config = CaptureConfig.builder();
		Value names = value(String.join(",", this.goal.capture()), String.join(",", this.agent.capture()));
		String cure = "Use " + String.join(", ", CAPTURES.keySet());
		for (String name : names(names.text())) {
			set("capture", new Value(name, names.annotation()), cure, (text) -> {
				BiConsumer<CaptureConfig.Builder, Boolean> setter = CAPTURES.get(text);
				if (setter == null) {
					throw new IllegalArgumentException("it is not known");
				}
				setter.accept(config, true);
			});
		}
		return config.build();
	}

	private static List<String> names(String list) {
		return Arrays.stream(list.split(",")).map(String::strip).filter((name) -> !name.isEmpty()).toList();
	}

	private Value value(String own, String inherited) {
		return Stream.of(new Value(own, "@Goal"), new Value(inherited, "@WebAgent"))
			.map((value) -> new Value(this.placeholders.apply(value.text()).strip(), value.annotation()))
			.filter((value) -> !value.text().isEmpty())
			.findFirst()
			.orElse(Value.NONE);
	}

	private static void set(String name, Value value, String cure, Consumer<String> setter) {
		String text = value.text();
		if (text.isEmpty()) {
			return;
		}
		try {
			if (!Template.of(text).variables().isEmpty()) {
				throw new IllegalArgumentException("only the goal and the URL may have variables");
			}
			setter.accept(text);
		}
		catch (IllegalArgumentException ex) {
			throw new DeclarationException(
					"the " + name + " '" + text + "' of " + value.annotation() + " is not valid: " + ex.getMessage(),
					cure, ex);
		}
	}

	private static boolean flag(String text) {
		if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
			return Boolean.parseBoolean(text);
		}
		throw new IllegalArgumentException("it is neither true nor false");
	}

	private static Duration duration(String text) {
		if (text.chars().allMatch(Character::isDigit)) {
			// Spring would read it as milliseconds
			throw new IllegalArgumentException("it has no unit");
		}
		return DurationFormatterUtils.detectAndParse(text);
	}

	private record Value(String text, String annotation) {

		static final Value NONE = new Value("", "");

	}

}
