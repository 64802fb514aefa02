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

package ai.tinyfish.fetch;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;

import ai.tinyfish.internal.request.Checks;
import ai.tinyfish.internal.request.Descriptions;
import ai.tinyfish.internal.request.WireForm;
import ai.tinyfish.settings.ProxyCountryCode;
import org.jspecify.annotations.Nullable;

/**
 * Request to fetch pages. Immutable. Combinations that the service refuses, according to
 * TinyFish's own MCP server, are refused when the request is built.
 *
 * @since 0.1.0
 */
public final class FetchRequest {

	private static final WireForm EMPTY = WireForm.register(FetchRequest.class, (request) -> request.fields);

	private static final int MAX_URLS = 10;

	private static final int MAX_SELECTORS = 20;

	private static final int MAX_SELECTOR_LENGTH = 1000;

	/** The names of all fields that have a setter. */
	private static final List<String> NAMES = List.of("urls", "format", "links", "image_links", "include_html_head",
			"ttl", "per_url_timeout_ms", "purpose", "page_metadata", "include_selectors", "exclude_selectors",
			"if_none_match", "if_modified_since", "include_etag_and_last_modified", "proxy_config");

	private final WireForm fields;

	private FetchRequest(WireForm fields) {
		this.fields = fields;
	}

	/**
	 * Create a request for pages as Markdown, with the service's defaults.
	 * @param urls 1 to 10 absolute http or https URLs
	 * @return the request
	 * @throws IllegalArgumentException if there are no URLs or too many, or one is not
	 * such a URL
	 */
	public static FetchRequest of(String... urls) {
		return builder().urls((urls != null) ? Arrays.asList(urls) : List.of()).build();
	}

	/**
	 * Start a new request.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder(EMPTY);
	}

	/**
	 * Start a new request from this one.
	 * @return a builder with the settings of this request
	 */
	public Builder toBuilder() {
		return new Builder(this.fields);
	}

	/**
	 * Return the pages to fetch.
	 * @return 1 to 10 URLs
	 */
	public List<String> urls() {
		return Objects.requireNonNull(this.fields.texts("urls"));
	}

	/**
	 * Return the form of the content.
	 * @return the form, or null for {@link FetchFormat#MARKDOWN}
	 */
	public @Nullable FetchFormat format() {
		return this.fields.read("format", FetchFormat::of);
	}

	/**
	 * Return whether the links of each page are returned.
	 * @return whether they are, or null for no
	 */
	public @Nullable Boolean links() {
		return (Boolean) this.fields.get("links");
	}

	/**
	 * Return whether the images of each page are returned.
	 * @return whether they are, or null for no
	 */
	public @Nullable Boolean imageLinks() {
		return (Boolean) this.fields.get("image_links");
	}

	/**
	 * Return whether the content has the head of the HTML.
	 * @return whether it has, or null for the service's default
	 */
	public @Nullable Boolean includeHtmlHead() {
		return (Boolean) this.fields.get("include_html_head");
	}

	/**
	 * Return the largest age of a stored copy that may be returned.
	 * @return whole seconds, or null for any age
	 */
	public @Nullable Duration ttl() {
		return this.fields.read("ttl", (Integer seconds) -> Duration.ofSeconds(seconds));
	}

	/**
	 * Return the longest time that the service takes for one page.
	 * @return whole milliseconds, or null for the service's default
	 */
	public @Nullable Duration perUrlTimeout() {
		return this.fields.read("per_url_timeout_ms", (Integer millis) -> Duration.ofMillis(millis));
	}

	/**
	 * Return the purpose of the content.
	 * @return the purpose in words, or null if not set
	 */
	public @Nullable String purpose() {
		return this.fields.text("purpose");
	}

	/**
	 * Return whether the metadata in the head of each page is returned.
	 * @return whether it is, or null for the service's default
	 */
	public @Nullable Boolean pageMetadata() {
		return (Boolean) this.fields.get("page_metadata");
	}

	/**
	 * Return the CSS selectors of the parts of each page that are returned.
	 * @return the selectors, or null for the whole page
	 */
	public @Nullable List<String> includeSelectors() {
		return this.fields.texts("include_selectors");
	}

	/**
	 * Return the CSS selectors of the parts of each page that are left out.
	 * @return the selectors, or null for none
	 */
	public @Nullable List<String> excludeSelectors() {
		return this.fields.texts("exclude_selectors");
	}

	/**
	 * Return the entity tag that the page must no longer have.
	 * @return the entity tag, or null if not set
	 */
	public @Nullable String ifNoneMatch() {
		return this.fields.text("if_none_match");
	}

	/**
	 * Return the time after which the page must have been modified.
	 * @return the time as the service gave it, or null if not set
	 */
	public @Nullable String ifModifiedSince() {
		return this.fields.text("if_modified_since");
	}

	/**
	 * Return whether the validators that later conditional requests need are returned.
	 * @return whether they are, or null for the service's default
	 */
	public @Nullable Boolean includeEtagAndLastModified() {
		return (Boolean) this.fields.get("include_etag_and_last_modified");
	}

	/**
	 * Return the country that the requests for the pages are seen to come from.
	 * @return the country, or null for the service's choice
	 */
	public @Nullable ProxyCountryCode proxyCountryCode() {
		return this.fields.read("proxy_config",
				(Map<String, String> proxy) -> ProxyCountryCode.of(String.valueOf(proxy.get("country_code"))));
	}

	@Override
	public boolean equals(@Nullable Object other) {
		return this == other || (other instanceof FetchRequest that && this.fields.equals(that.fields));
	}

	@Override
	public int hashCode() {
		return this.fields.hashCode();
	}

	/**
	 * Return a short description without secrets.
	 * @return the URLs without user, query and fragment
	 */
	@Override
	public String toString() {
		return "FetchRequest[urls=%s]".formatted(urls().stream().map(Descriptions::url).toList());
	}

	/**
	 * Builder for a {@link FetchRequest}. Only the URLs have to be set; null removes any
	 * other setting, so that the service's default applies.
	 */
	public static final class Builder {

		private final WireForm.Builder<Builder> fields;

		private Builder(WireForm fields) {
			this.fields = fields.toBuilder(this);
		}

		/**
		 * Set the pages to fetch.
		 * @param urls 1 to 10 absolute http or https URLs
		 * @return this builder
		 * @throws IllegalArgumentException if there are no URLs or too many, or one is
		 * not such a URL
		 */
		public Builder urls(List<String> urls) {
			List<String> copy = Checks.optionalTexts("urls", urls, MAX_URLS);
			Checks.that(copy == null || copy.stream().noneMatch(Checks::isSpacedUrl),
					"urls must not have white space: write a space as %20");
			Checks.that(copy != null && copy.stream().allMatch(Checks::isWebUrl),
					"urls must be absolute http or https URLs with a host");
			return this.fields.set("urls", copy);
		}

		/**
		 * Set the form of the content.
		 * @param format the form, or null for {@link FetchFormat#MARKDOWN}
		 * @return this builder
		 */
		public Builder format(@Nullable FetchFormat format) {
			return this.fields.set("format", (format != null) ? format.toString() : null);
		}

		/**
		 * Set whether to return the links of each page.
		 * @param links whether to return them, or null for no
		 * @return this builder
		 */
		public Builder links(@Nullable Boolean links) {
			return this.fields.set("links", links);
		}

		/**
		 * Set whether to return the images of each page.
		 * @param imageLinks whether to return them, or null for no
		 * @return this builder
		 */
		public Builder imageLinks(@Nullable Boolean imageLinks) {
			return this.fields.set("image_links", imageLinks);
		}

		/**
		 * Set whether the content has the head of the HTML.
		 * @param includeHtmlHead whether it has, or null for the service's default
		 * @return this builder
		 */
		public Builder includeHtmlHead(@Nullable Boolean includeHtmlHead) {
			return this.fields.set("include_html_head", includeHtmlHead);
		}

		/**
		 * Set the maximum age of a stored copy that may be returned instead of the page.
		 * @param ttl whole seconds, zero for the current page if possible, or null for
		 * any age
		 * @return this builder
		 * @throws IllegalArgumentException if the duration is negative, or has a part of
		 * a second
		 */
		public Builder ttl(@Nullable Duration ttl) {
			return this.fields.set("ttl",
					Checks.optionalUnits("ttl", ttl, Duration.ofSeconds(1), "seconds", 0, Integer.MAX_VALUE));
		}

		/**
		 * Set the longest time that the service takes for one page; it takes 110 seconds
		 * at most. The client's own timeout for fetches is for the whole request and
		 * should be longer, as its default is.
		 * @param perUrlTimeout whole milliseconds, or null for the service's default
		 * @return this builder
		 * @throws IllegalArgumentException if the duration is not positive, or has a part
		 * of a millisecond
		 */
		public Builder perUrlTimeout(@Nullable Duration perUrlTimeout) {
			return this.fields.set("per_url_timeout_ms", Checks.optionalUnits("perUrlTimeout", perUrlTimeout,
					Duration.ofMillis(1), "milliseconds", 1, Integer.MAX_VALUE));
		}

		/**
		 * Set the purpose of the content, which helps the service to choose.
		 * @param purpose the purpose in words, or null for none
		 * @return this builder
		 * @throws IllegalArgumentException if the text is blank
		 */
		public Builder purpose(@Nullable String purpose) {
			return this.fields.set("purpose", Checks.optionalText("purpose", purpose));
		}

		/**
		 * Set whether to return the metadata in the head of each page.
		 * @param pageMetadata whether to return it, or null for the service's default
		 * @return this builder
		 */
		public Builder pageMetadata(@Nullable Boolean pageMetadata) {
			return this.fields.set("page_metadata", pageMetadata);
		}

		/**
		 * Include only the parts of each page that match these selectors.
		 * @param includeSelectors 1 to 20 CSS selectors of 1 to 1000 characters each, or
		 * null for the whole page
		 * @return this builder
		 * @throws IllegalArgumentException if there are no selectors or too many, or one
		 * is blank or too long
		 */
		public Builder includeSelectors(@Nullable List<String> includeSelectors) {
			return this.fields.set("include_selectors", selectors("includeSelectors", includeSelectors));
		}

		/**
		 * Exclude the parts of each page that match these selectors.
		 * @param excludeSelectors 1 to 20 CSS selectors of 1 to 1000 characters each, or
		 * null for none
		 * @return this builder
		 * @throws IllegalArgumentException if there are no selectors or too many, or one
		 * is blank or too long
		 */
		public Builder excludeSelectors(@Nullable List<String> excludeSelectors) {
			return this.fields.set("exclude_selectors", selectors("excludeSelectors", excludeSelectors));
		}

		/**
		 * Request the content only if the page no longer has this entity tag. With one
		 * URL only.
		 * @param ifNoneMatch the {@link FetchResult#etag()} of an earlier result, or null
		 * for none
		 * @return this builder
		 * @throws IllegalArgumentException if the text is blank
		 */
		public Builder ifNoneMatch(@Nullable String ifNoneMatch) {
			return this.fields.set("if_none_match", Checks.optionalText("ifNoneMatch", ifNoneMatch));
		}

		/**
		 * Request the content only if the page was modified after this time. With one URL
		 * only.
		 * @param ifModifiedSince the {@link FetchResult#lastModified()} of an earlier
		 * result, or null for none
		 * @return this builder
		 * @throws IllegalArgumentException if the text is blank
		 */
		public Builder ifModifiedSince(@Nullable String ifModifiedSince) {
			return this.fields.set("if_modified_since", Checks.optionalText("ifModifiedSince", ifModifiedSince));
		}

		/**
		 * Set whether to return the validators that later conditional requests need.
		 * @param includeEtagAndLastModified whether to return them, or null for the
		 * service's default
		 * @return this builder
		 */
		public Builder includeEtagAndLastModified(@Nullable Boolean includeEtagAndLastModified) {
			return this.fields.set("include_etag_and_last_modified", includeEtagAndLastModified);
		}

		/**
		 * Set the country that the requests for the pages are seen to come from.
		 * @param proxyCountryCode the country, or null for the service's choice
		 * @return this builder
		 */
		public Builder proxyCountryCode(@Nullable ProxyCountryCode proxyCountryCode) {
			return this.fields.set("proxy_config",
					(proxyCountryCode != null) ? Map.of("country_code", proxyCountryCode.toString()) : null);
		}

		/**
		 * Set a field that this version has no method for.
		 * @param name the name on the wire
		 * @param value a text, number, boolean, map or collection, copied deeply
		 * @return this builder
		 * @throws IllegalArgumentException if the name is blank or has its own method, or
		 * the value is null or not JSON
		 */
		public Builder additionalProperty(String name, Object value) {
			return this.fields.setAdditional(NAMES, name, value);
		}

		/**
		 * Build the request.
		 * @return the request
		 * @throws IllegalArgumentException if there are no URLs, or several with a
		 * condition
		 */
		public FetchRequest build() {
			WireForm form = this.fields.build();
			if (!(form.get("urls") instanceof List<?> urls)) {
				throw new IllegalArgumentException("urls must be set");
			}
			boolean conditional = form.get("if_none_match") != null || form.get("if_modified_since") != null;
			Checks.that(!conditional || urls.size() == 1, "ifNoneMatch and ifModifiedSince need exactly one URL");
			return new FetchRequest(form);
		}

		private static @Nullable List<String> selectors(String field, @Nullable List<String> selectors) {
			List<String> copy = Checks.optionalTexts(field, selectors, MAX_SELECTORS);
			Checks.that(copy == null || copy.stream().allMatch((selector) -> selector.length() <= MAX_SELECTOR_LENGTH),
					field + " must not have entries longer than " + MAX_SELECTOR_LENGTH + " characters");
			return copy;
		}

	}

}
