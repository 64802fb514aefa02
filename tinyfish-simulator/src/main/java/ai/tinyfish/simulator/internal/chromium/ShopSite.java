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

package ai.tinyfish.simulator.internal.chromium;

import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Objects;

import javax.net.ssl.KeyManagerFactory;

import ai.tinyfish.simulator.internal.api.Html;
import ai.tinyfish.simulator.internal.shop.Shop;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.Http11SslContextSpec;
import reactor.netty.http.server.HttpServer;
import reactor.netty.resources.LoopResources;
import reactor.netty.tcp.SslProvider;

/**
 * The only site that local browsers see in addition to this machine: the shop, for any
 * host.
 *
 * @param http the site of http addresses
 * @param https the site of https addresses, with a certificate that browsers have to
 * ignore
 */
record ShopSite(DisposableServer http, DisposableServer https) {

	private static final char[] PASSWORD = "simulator".toCharArray();

	static ShopSite start(LoopResources loops) throws IOException {
		HttpServer server = HttpServer.create()
			.host("127.0.0.1")
			.port(0)
			.runOn(loops)
			.handle((request, response) -> Html
				.page(Shop.bundled().style(), Mono.fromSupplier(() -> Shop.bundled().html()))
				.send(response));
		SslProvider.GenericSslContextSpec<?> certificate = Http11SslContextSpec.forServer(keys());
		return new ShopSite(server.bindNow(), server.secure((spec) -> spec.sslContext(certificate)).bindNow());
	}

	private static KeyManagerFactory keys() throws IOException {
		try (InputStream file = ShopSite.class.getResourceAsStream("shop.p12")) {
			KeyStore store = KeyStore.getInstance("PKCS12");
			store.load(Objects.requireNonNull(file), PASSWORD);
			KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
			keys.init(store, PASSWORD);
			return keys;
		}
		catch (GeneralSecurityException ex) {
			throw new IOException("The certificate of the shop cannot be read", ex);
		}
	}

	/**
	 * Return the rules with which Chromium only finds this machine and this site.
	 */
	String hostRules() {
		return "MAP *:80 127.0.0.1:%d,MAP *:443 127.0.0.1:%d,MAP * ~NOTFOUND,EXCLUDE localhost,EXCLUDE 127.0.0.1"
			.formatted(this.http.port(), this.https.port());
	}

	void close() {
		this.http.dispose();
		this.https.dispose();
	}

}
