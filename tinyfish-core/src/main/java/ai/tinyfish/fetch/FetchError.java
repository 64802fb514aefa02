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

import java.util.List;

import ai.tinyfish.internal.json.EnumTexts;
import ai.tinyfish.internal.json.Lists;
import ai.tinyfish.internal.request.Descriptions;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * Reason for which one of the pages could not be fetched.
 *
 * @param url the page as requested; empty if the response lacks it
 * @param error the reason as received: a code, or words; empty if the response lacks it
 * @param status the HTTP status that the page's server responded with, or null if there
 * was no response
 * @param unmatchedSelectors the selectors of the request that match nothing
 * @param candidateSelectors selectors that would match something, if the service names
 * any
 * @since 0.1.0
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record FetchError(@JsonProperty("url") String url, @JsonProperty("error") String error,
		@JsonProperty("status") @Nullable Integer status,
		@JsonProperty("unmatched_selectors") List<String> unmatchedSelectors,
		@JsonProperty("candidate_selectors") List<String> candidateSelectors) {

	/**
	 * Create a new reason.
	 * @param url the page as requested; null is read as an empty text
	 * @param error the reason; null is read as an empty text
	 * @param status the HTTP status that the page's server responded with, or null if
	 * there was no response
	 * @param unmatchedSelectors the selectors that match nothing; null is read as none
	 * @param candidateSelectors selectors that would match; null is read as none
	 */
	public FetchError {
		url = (url != null) ? url : "";
		error = (error != null) ? error : "";
		unmatchedSelectors = Lists.copyOf(unmatchedSelectors);
		candidateSelectors = Lists.copyOf(candidateSelectors);
	}

	/**
	 * Return the reason.
	 * @return the reason, {@link Code#UNKNOWN} if it is new or in words
	 */
	public Code code() {
		return Code.of(this.error);
	}

	@Override
	public String toString() {
		return Descriptions.of(this);
	}

	/**
	 * Reason for which a page could not be fetched.
	 */
	public enum Code {

		/**
		 * Its server responded with an error, whose HTTP status is
		 * {@link FetchError#status()}, if known.
		 */
		TARGET_HTTP_ERROR,

		/**
		 * Its server has no such page.
		 */
		PAGE_NOT_FOUND,

		/**
		 * Its server could not be reached.
		 */
		TARGET_UNREACHABLE,

		/**
		 * It took too long.
		 */
		TIMEOUT,

		/**
		 * Its server blocks robots.
		 */
		BOT_BLOCKED,

		/**
		 * It has no content.
		 */
		EMPTY_CONTENT,

		/**
		 * The URL is not valid.
		 */
		INVALID_URL,

		/**
		 * It redirects to a URL that is not valid.
		 */
		INVALID_REDIRECT_URL,

		/**
		 * The service's proxy failed.
		 */
		PROXY_ERROR,

		/**
		 * No selector of the request matches anything on it.
		 */
		SELECTOR_NOT_MATCHED,

		/**
		 * It cannot be requested under a condition, such as an entity tag.
		 */
		CONDITIONAL_UNSUPPORTED,

		/**
		 * Absent, or a reason that this version does not know.
		 */
		UNKNOWN;

		/**
		 * Return the reason that the wire's text names.
		 * @param text the text, in any case, or null
		 * @return the reason, {@link #UNKNOWN} for anything new and for null
		 */
		public static Code of(@Nullable String text) {
			return EnumTexts.read(text, UNKNOWN);
		}

	}

}
