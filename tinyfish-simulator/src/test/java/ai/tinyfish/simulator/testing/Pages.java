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

package ai.tinyfish.simulator.testing;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;

import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.Element;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Assertions on pages of the simulator that hold for each of them.
 */
public final class Pages {

	private Pages() {
	}

	/**
	 * Holds that a page is HTML that may be framed by local pages, has no script, and has
	 * a style that its policy allows.
	 */
	public static Document check(Api.Reply reply) throws Exception {
		assertThat(reply.status()).isEqualTo(200);
		assertThat(reply.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
		assertThat(reply.headers().firstValue("x-content-type-options")).hasValue("nosniff");
		assertThat(reply.headers().firstValue("cache-control")).hasValue("no-store");
		assertThat(reply.headers().firstValue("x-frame-options")).isEmpty();
		Document page = Jsoup.parse(reply.raw());
		assertThat(page.select("style")).hasSize(1);
		byte[] style = page.expectFirst("style").data().getBytes(StandardCharsets.UTF_8);
		String hash = Base64.getEncoder().encodeToString(MessageDigest.getInstance("SHA-256").digest(style));
		assertThat(reply.headers().firstValue("content-security-policy"))
			.hasValue("default-src 'none'; style-src 'sha256-" + hash + "'; img-src data:; base-uri 'none'; "
					+ "form-action 'none'; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*");
		assertThat(page.select(
				"script, iframe, object, embed, form, img:not([src^=data:image/png;base64,]), base, meta[http-equiv]"))
			.isEmpty();
		assertThat(page.select("main")).hasSize(1);
		for (Element element : page.getAllElements()) {
			assertThat(element.attributes()).noneMatch((attribute) -> attribute.getKey().matches("on.*|style"));
		}
		assertThat(reply.raw()).endsWith("</html>\n");
		return page;
	}

}
