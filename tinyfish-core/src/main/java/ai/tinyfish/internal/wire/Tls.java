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

package ai.tinyfish.internal.wire;

import java.util.List;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

import ai.tinyfish.internal.settings.ConnectionSettings;
import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.client.HttpClient;
import reactor.netty.tcp.SslProvider;

/**
 * TLS according to the settings. Reactor Netty always checks the host name of the
 * certificate.
 */
final class Tls {

	private Tls() {
	}

	/**
	 * Return the provider that secures the connections, or null to let Reactor Netty
	 * create it if needed: loading the trust material of the JVM takes time.
	 */
	static @Nullable SslProvider provider(ConnectionSettings settings) {
		SSLContext sslContext = settings.sslContext();
		SSLParameters parameters = settings.sslParameters();
		if (!settings.secure() && sslContext == null && parameters == null) {
			return null;
		}
		// through the client, which adds the check of the host name
		return HttpClient.create()
			.secure((spec) -> context(spec, sslContext, parameters).handshakeTimeout(settings.connectTimeout()))
			.configuration()
			.sslProvider();
	}

	private static SslProvider.Builder context(SslProvider.SslContextSpec spec, @Nullable SSLContext sslContext,
			@Nullable SSLParameters parameters) {
		if (sslContext != null) {
			return spec.sslContext(new JdkSslContext(sslContext, true, ciphers(parameters),
					IdentityCipherSuiteFilter.INSTANCE, ApplicationProtocolConfig.DISABLED, ClientAuth.NONE,
					(parameters != null) ? parameters.getProtocols() : null, false));
		}
		Http11SslContextSpec defaults = Http11SslContextSpec.forClient();
		if (parameters != null) {
			defaults.configure((builder) -> {
				builder.ciphers(ciphers(parameters), IdentityCipherSuiteFilter.INSTANCE);
				if (parameters.getProtocols() != null) {
					builder.protocols(parameters.getProtocols());
				}
			});
		}
		// of its two overloads, this one is not deprecated
		SslProvider.GenericSslContextSpec<?> generic = defaults;
		return spec.sslContext(generic);
	}

	private static @Nullable List<String> ciphers(@Nullable SSLParameters parameters) {
		String[] suites = (parameters != null) ? parameters.getCipherSuites() : null;
		return (suites != null) ? List.of(suites) : null;
	}

}
