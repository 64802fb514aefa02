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

package ai.tinyfish.simulator.internal.api;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * HTML pages of the simulator, which have one style element and no script.
 */
public final class Html {

	private Html() {
	}

	/**
	 * Create the answer with a page whose parts are sent as they come.
	 * @param style the text of its style element
	 * @param parts the parts
	 */
	public static HttpAnswer page(String style, Publisher<String> parts) {
		String policy = policy(style);
		return (response) -> response.status(200)
			.header(HttpHeaderNames.CONTENT_TYPE, "text/html; charset=utf-8")
			.header(HttpHeaderNames.CACHE_CONTROL, HttpHeaderValues.NO_STORE)
			.header(HttpHeaderNames.CONTENT_SECURITY_POLICY, policy)
			.header("X-Content-Type-Options", "nosniff")
			.header("Referrer-Policy", "no-referrer")
			.send(Flux.from(parts).map((part) -> Unpooled.wrappedBuffer(part.getBytes(StandardCharsets.UTF_8))),
					(part) -> true);
	}

	/**
	 * Replace the characters that have a meaning in HTML.
	 */
	public static String escape(String text) {
		return text.replace("&", "&amp;")
			.replace("<", "&lt;")
			.replace(">", "&gt;")
			.replace("\"", "&quot;")
			.replace("'", "&#39;");
	}

	/**
	 * Return the policy for a page. Its style is inline: a browser opens six connections
	 * to a server, so that a page opened next to six live views would not get its style
	 * sheet.
	 */
	private static String policy(String style) {
		return "default-src 'none'; style-src 'sha256-" + sha256(style) + "'; img-src data:; base-uri 'none'; "
				+ "form-action 'none'; frame-ancestors 'self' http://localhost:* http://127.0.0.1:*";
	}

	private static String sha256(String text) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
			return Base64.getEncoder().encodeToString(hash);
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
