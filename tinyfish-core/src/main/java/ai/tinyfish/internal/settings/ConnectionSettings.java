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

package ai.tinyfish.internal.settings;

import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.settings.HttpProxy;
import org.jspecify.annotations.Nullable;

/**
 * Settings of the connections of a client.
 *
 * @param connectTimeout the longest time to establish a connection, and then for the TLS
 * handshake
 * @param maxOpenStreams the maximum number of open streams
 * @param secure whether TLS will be needed
 * @param sslContext the trust and key material of TLS, or null for the JVM's defaults
 * @param sslParameters the protocols and cipher suites of TLS, or null for the defaults
 * @param proxy the proxy to connect through, or null for that of the system properties
 */
public record ConnectionSettings(Duration connectTimeout, int maxOpenStreams, boolean secure,
		@Nullable SSLContext sslContext, @Nullable SSLParameters sslParameters, @Nullable HttpProxy proxy) {

	public ConnectionSettings {
		connectTimeout = Timeouts.check("connectTimeout", connectTimeout);
		Timeouts.checkPositive("maxOpenStreams", maxOpenStreams);
	}

}
