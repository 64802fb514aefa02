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

package ai.tinyfish.spring.boot;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * The checked properties of webhooks. Their description shows no secret.
 */
final class WebhookSettings {

	private static final String PREFIX = "tinyfish.webhook.";

	private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_.~-]+)+");

	private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{16,}");

	private final String path;

	private final String secret;

	private final @Nullable String url;

	private WebhookSettings(String path, String secret, @Nullable String url) {
		this.path = path;
		this.secret = secret;
		this.url = url;
	}

	/**
	 * Check the properties.
	 * @throws TinyFishConfigurationException if one is missing or not valid
	 */
	static WebhookSettings of(TinyFishProperties.Webhook properties) {
		if (!PATH.matcher(properties.getPath()).matches()) {
			throw new TinyFishConfigurationException(PREFIX + "path",
					"must begin with a slash, not end with one, and have no other characters than letters, digits,"
							+ " '_', '-', '.' and '~' between slashes");
		}
		String secret = properties.getSecret();
		if (secret == null || !SECRET.matcher(secret).matches()) {
			throw new TinyFishConfigurationException(PREFIX + "secret",
					((secret == null) ? "it is not set; as deliveries are not signed, it" : "it")
							+ " must have at least 16 characters, which are letters, digits, '_' and '-'");
		}
		return new WebhookSettings(properties.getPath(), secret, checkUrl(properties.getUrl()));
	}

	private static @Nullable String checkUrl(@Nullable String url) {
		if (url == null) {
			return null;
		}
		String text = url.strip();
		try {
			URI uri = new URI(text);
			if (!"https".equalsIgnoreCase(uri.getScheme()) || uri.getHost() == null || uri.getRawUserInfo() != null
					|| uri.getRawQuery() != null || uri.getRawFragment() != null) {
				throw new TinyFishConfigurationException(PREFIX + "url",
						"must be an absolute https URL without user, query and fragment, such as"
								+ " https://shop.example");
			}
		}
		catch (URISyntaxException ex) {
			throw new TinyFishConfigurationException(PREFIX + "url", "is not a URL: " + ex.getReason());
		}
		return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
	}

	/**
	 * What the path of a request has to match; the last segment is a candidate for the
	 * secret.
	 * @param variable the name that the last segment shall have
	 */
	String pattern(String variable) {
		return this.path + "/{" + variable + "}";
	}

	/**
	 * Whether a text is the secret. Takes as long for a text that is nearly right as for
	 * one that is not.
	 */
	boolean isSecret(String candidate) {
		return MessageDigest.isEqual(this.secret.getBytes(StandardCharsets.UTF_8),
				candidate.getBytes(StandardCharsets.UTF_8));
	}

	/**
	 * Where the service reaches the receiver, secret included, or null if that is not
	 * known.
	 */
	@Nullable String publicUrl() {
		return (this.url != null) ? this.url + this.path + "/" + this.secret : null;
	}

	@Override
	public String toString() {
		return "WebhookSettings[" + this.path + "]";
	}

}
