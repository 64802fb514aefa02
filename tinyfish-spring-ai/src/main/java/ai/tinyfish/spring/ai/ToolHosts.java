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

package ai.tinyfish.spring.ai;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.settings.AllowedHosts;
import org.jspecify.annotations.Nullable;

/**
 * Hosts of the URLs that a model may give to tools.
 */
final class ToolHosts {

	static final String PROPERTY = "tinyfish.tools.allowed-hosts";

	private final List<AllowedHosts> rules = new ArrayList<>();

	private final String text;

	/**
	 * Create new hosts.
	 * @param ofTools the hosts for tools, or null
	 * @param ofAll the hosts of the application, or null
	 */
	ToolHosts(@Nullable List<String> ofTools, @Nullable List<String> ofAll) {
		List<String> tools = (ofTools != null) ? ofTools : List.of();
		List<String> all = (ofAll != null) ? ofAll : List.of();
		add(PROPERTY, tools);
		add("tinyfish.allowed-hosts", all);
		this.text = Stream.of(tools, all)
			.filter((hosts) -> !hosts.isEmpty())
			.map((hosts) -> String.join(", ", hosts))
			.collect(Collectors.joining(" (and also of these: ")) + ((tools.isEmpty() || all.isEmpty()) ? "" : ")");
	}

	private void add(String property, List<String> hosts) {
		if (!hosts.isEmpty()) {
			this.rules.add(AllowedHosts.of(property, hosts));
		}
	}

	/**
	 * Check that there are hosts, before a tool is created that takes a URL.
	 * @throws IllegalStateException if there are none
	 */
	void require(String tool) {
		if (this.rules.isEmpty()) {
			throw new IllegalStateException("The tool " + tool + " would open any URL that a model gives it. Set "
					+ PROPERTY + " to the hosts that it may open");
		}
	}

	/**
	 * Check a URL from a model.
	 * @throws ToolFailure if it leads to another host
	 */
	void check(String url) {
		if (!allows(url)) {
			throw ToolFailure.refused("url must be an absolute http or https URL at one of these hosts: " + this.text
					+ ". Do not try other spellings of another host.");
		}
	}

	/**
	 * Return whether a URL leads to one of the hosts.
	 */
	boolean allows(String url) {
		try {
			this.rules.forEach((rule) -> rule.check("url", url));
			return true;
		}
		catch (TinyFishHostNotAllowedException ex) {
			return false;
		}
	}

}
