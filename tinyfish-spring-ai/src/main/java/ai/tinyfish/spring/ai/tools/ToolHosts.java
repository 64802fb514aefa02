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

package ai.tinyfish.spring.ai.tools;

import java.util.ArrayList;
import java.util.List;

import ai.tinyfish.error.TinyFishHostNotAllowedException;
import ai.tinyfish.settings.AllowedHosts;
import org.jspecify.annotations.Nullable;

/**
 * Hosts of the URLs that a model may give to tools.
 */
final class ToolHosts {

	static final ToolHosts NONE = new ToolHosts(List.of(), "");

	private final List<AllowedHosts> rules;

	private final String text;

	private ToolHosts(List<AllowedHosts> rules, String text) {
		this.rules = rules;
		this.text = text;
	}

	/**
	 * Return these hosts with a further rule, which a URL has to satisfy as well.
	 * @param property the property that has the hosts of the rule
	 * @param hosts the hosts, or null or empty for no further rule
	 */
	ToolHosts and(String property, @Nullable List<String> hosts) {
		if (hosts == null || hosts.isEmpty()) {
			return this;
		}
		List<AllowedHosts> all = new ArrayList<>(this.rules);
		all.add(AllowedHosts.of(property, hosts));
		String names = String.join(", ", hosts);
		return new ToolHosts(all, this.rules.isEmpty() ? names : this.text + " (and also of these: " + names + ")");
	}

	/**
	 * Check that there are hosts, before a tool is created that takes a URL.
	 * @throws IllegalStateException if no hosts are allowed
	 */
	void require(String tool) {
		if (this.rules.isEmpty()) {
			throw new IllegalStateException("The tool " + tool + " would open any URL that a model gives it. Set"
					+ " tinyfish.tools.allowed-hosts to the hosts that it may open");
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
