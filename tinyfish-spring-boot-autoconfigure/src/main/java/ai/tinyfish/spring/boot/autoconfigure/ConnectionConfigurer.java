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

package ai.tinyfish.spring.boot.autoconfigure;

import java.time.Duration;

import javax.net.ssl.SSLParameters;

import ai.tinyfish.TinyFishClientBuilder;
import ai.tinyfish.settings.HttpProxy;
import ai.tinyfish.spring.boot.autoconfigure.diagnostics.TinyFishConfigurationException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.util.StringUtils;

/**
 * Configurer of a builder's connections: timeout, TLS and proxy.
 *
 * @param properties the properties
 * @param defaults the settings of the application's other HTTP clients
 * @param sslBundles the SSL bundles of the application, or null
 */
record ConnectionConfigurer(TinyFishProperties properties, HttpDefaults defaults, @Nullable SslBundles sslBundles) {

	/**
	 * Apply the settings.
	 * @param builder the builder
	 * @param connection may bring an SSL bundle
	 */
	void configure(TinyFishClientBuilder<?> builder, CheckedConnection connection) {
		Duration connectTimeout = connectTimeout();
		if (connectTimeout != null) {
			builder.connectTimeout(connectTimeout);
		}
		SslBundle bundle = sslBundle(connection.details());
		if (bundle != null) {
			builder.sslContext(bundle.createSslContext()).sslParameters(sslParameters(bundle.getOptions()));
		}
		HttpProxy proxy = httpProxy();
		if (proxy != null && !connection.isSimulated()) {
			// no proxy leads to the simulator in this process
			builder.httpProxy(proxy);
		}
	}

	private @Nullable Duration connectTimeout() {
		Duration own = this.properties.connectTimeout();
		if (own != null) {
			return own;
		}
		Duration application = this.defaults.connectTimeout();
		// for some of the application's HTTP clients, zero means no limit
		return (application != null && application.compareTo(Duration.ZERO) > 0) ? application : null;
	}

	private @Nullable SslBundle sslBundle(TinyFishConnectionDetails connectionDetails) {
		SslBundle bundle = connectionDetails.getSslBundle();
		if (bundle != null) {
			return bundle;
		}
		String name = this.properties.ssl().bundle();
		if (!StringUtils.hasText(name)) {
			return this.defaults.sslBundle();
		}
		if (this.sslBundles == null) {
			throw new TinyFishConfigurationException("tinyfish.ssl.bundle", "the application has no SSL bundles");
		}
		try {
			return this.sslBundles.getBundle(name);
		}
		catch (NoSuchSslBundleException ex) {
			throw new TinyFishConfigurationException("tinyfish.ssl.bundle",
					"there is no SSL bundle of that name below spring.ssl.bundle");
		}
	}

	private static @Nullable SSLParameters sslParameters(SslOptions options) {
		return options.isSpecified() ? new SSLParameters(options.getCiphers(), options.getEnabledProtocols()) : null;
	}

	private @Nullable HttpProxy httpProxy() {
		TinyFishProperties.HttpProxy proxy = this.properties.httpProxy();
		String username = StringUtils.hasText(proxy.username()) ? proxy.username() : null;
		String password = StringUtils.hasLength(proxy.password()) ? proxy.password() : null;
		if (!StringUtils.hasText(proxy.host())) {
			require(proxy.port() == null && username == null && password == null, "host",
					"is needed where another property of the proxy is set");
			return null;
		}
		int port = (proxy.port() != null) ? proxy.port() : 0;
		require(port > 0 && port <= 65535, "port", "must be between 1 and 65535");
		require(username != null || password == null, "username", "is needed with a password");
		require(password != null || username == null, "password", "is needed with a username");
		return new HttpProxy(proxy.host(), port, username, password);
	}

	private static void require(boolean valid, String name, String problem) {
		if (!valid) {
			throw new TinyFishConfigurationException("tinyfish.http-proxy." + name, problem);
		}
	}

}
