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

package ai.tinyfish.simulator.internal.webhook;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

/**
 * Hosts that webhooks may be delivered to: this machine, and the allowed ones.
 */
public final class WebhookHosts {

	private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

	private final Set<String> hosts = new HashSet<>(LOOPBACK);

	public WebhookHosts(Set<String> others) {
		others.forEach((host) -> this.hosts.add(host.toLowerCase(Locale.ROOT)));
	}

	public boolean isHostOf(String url) {
		String host = host(url);
		return host != null && this.hosts.contains(host);
	}

	static boolean isThisMachine(String url) {
		String host = host(url);
		return host != null && LOOPBACK.contains(host);
	}

	private static @Nullable String host(String url) {
		try {
			String host = new URI(url).getHost();
			return (host != null) ? host.toLowerCase(Locale.ROOT) : null;
		}
		catch (URISyntaxException ex) {
			return null;
		}
	}

}
