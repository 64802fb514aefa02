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
import java.time.Duration;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.util.StringUtils;

/**
 * Checked webhook properties, for the clients, which send the webhook URL with requests,
 * and for the receiver. Not meant for applications.
 */
public final class WebhookSettings {

	/** Query parameter that a URL with a token has. */
	public static final String TOKEN_PARAMETER = "submission_token";

	private static final String PREFIX = "tinyfish.webhook.";

	private static final Pattern PATH = Pattern.compile("(/[A-Za-z0-9_.~-]+)+");

	private static final Pattern DOT_SEGMENT = Pattern.compile("/\\.{1,2}(/|$)");

	private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9_-]{16,}");

	/** Bound that timers, which count nanoseconds, can hold. */
	private static final Duration LONGEST = Duration.ofDays(365);

	private final String path;

	private final String secret;

	private final @Nullable String url;

	private final Duration pollInterval;

	private final Duration maxPollInterval;

	private final Duration pollTolerance;

	private WebhookSettings(String path, String secret, @Nullable String url, TinyFishProperties.Run run) {
		this.path = path;
		this.secret = secret;
		this.url = url;
		this.pollInterval = checkDuration("poll-interval", run.getPollInterval());
		this.maxPollInterval = Durations.maxPollInterval(this.pollInterval);
		this.pollTolerance = checkDuration("poll-tolerance", run.getPollTolerance());
	}

	private static Duration checkDuration(String property, Duration value) {
		Duration checked = Durations.positive("tinyfish.run." + property, value);
		return (checked.compareTo(LONGEST) < 0) ? checked : LONGEST;
	}

	/**
	 * Checks the properties.
	 * @param properties those of an application in which webhooks are enabled
	 * @return the settings
	 * @throws RuntimeException if one is missing or not valid, which a failure analysis
	 * explains
	 */
	public static WebhookSettings of(TinyFishProperties properties) {
		TinyFishProperties.Webhook webhook = properties.getWebhook();
		return new WebhookSettings(checkPath(webhook.getPath()), checkSecret(webhook.getSecret()),
				checkUrl(webhook.getUrl()), properties.getRun());
	}

	private static String checkPath(String path) {
		if (!PATH.matcher(path).matches()) {
			throw new TinyFishConfigurationException(PREFIX + "path",
					"must begin with a slash, not end with one, and have no other characters than letters, digits,"
							+ " '_', '-', '.' and '~' between slashes");
		}
		refuseDotSegments("path", path);
		return path;
	}

	/**
	 * Refuse dot segments: HTTP clients resolve them first, so that the receiver would
	 * not be found.
	 */
	private static void refuseDotSegments(String property, String path) {
		if (DOT_SEGMENT.matcher(path).find()) {
			throw new TinyFishConfigurationException(PREFIX + property,
					"must have no segment '.' or '..', which stands for another path");
		}
	}

	private static String checkSecret(@Nullable String secret) {
		if (secret != null) {
			TinyFishConfigurationException.throwIfAny(PREFIX + "secret", ConnectionTexts.problemOfPlaceholder(secret));
		}
		if (secret == null || !SECRET.matcher(secret).matches()) {
			throw new TinyFishConfigurationException(PREFIX + "secret",
					((secret == null) ? "it is not set; as deliveries are not signed, it" : "it")
							+ " must have at least 16 characters, which are letters, digits, '_' and '-'");
		}
		return secret;
	}

	private static @Nullable String checkUrl(@Nullable String url) {
		if (!StringUtils.hasText(url)) {
			return null;
		}
		String text = url.strip();
		TinyFishConfigurationException.throwIfAny(PREFIX + "url", ConnectionTexts.problemOfPublicUrl(text));
		refuseDotSegments("url", URI.create(text).getPath());
		return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
	}

	/**
	 * Returns the path of the receiver in this application.
	 * @return the path, without the secret
	 */
	public String path() {
		return this.path;
	}

	/**
	 * Returns the last segment of the receiver's path, by which TinyFish is recognized.
	 * @return the secret
	 */
	public String secret() {
		return this.secret;
	}

	/**
	 * Returns the public URL of the application, which path and secret are appended to.
	 * @return the URL, without a slash at its end, or {@code null} if that is not known
	 */
	public @Nullable String url() {
		return this.url;
	}

	/**
	 * Returns the URL at which the service reaches the receiver.
	 * @return the URL, secret included, or {@code null} if that is not known
	 */
	public @Nullable String publicUrl() {
		return (this.url != null) ? this.url + this.path + "/" + this.secret : null;
	}

	/**
	 * Returns the URL at which the service reaches the receiver, with a token that the
	 * receiver passes on. It is a query parameter, since a receiver that does not know it
	 * would not be found at a longer path.
	 * @param token letters, digits, '_' and '-', 64 at most
	 * @return the URL, secret and token included, or {@code null} if that is not known
	 */
	public @Nullable String publicUrl(String token) {
		String url = publicUrl();
		return (url != null) ? url + "?" + TOKEN_PARAMETER + "=" + token : null;
	}

	/**
	 * Returns the first interval between two polls of a run.
	 * @return the interval, above zero
	 */
	public Duration pollInterval() {
		return this.pollInterval;
	}

	/**
	 * Returns the longest interval between two polls of a run.
	 * @return the interval, above zero
	 */
	public Duration maxPollInterval() {
		return this.maxPollInterval;
	}

	/**
	 * Returns the time for which polls of a run may keep failing.
	 * @return the time, above zero
	 */
	public Duration pollTolerance() {
		return this.pollTolerance;
	}

	@Override
	public String toString() {
		return "WebhookSettings[" + this.path + "]";
	}

}
