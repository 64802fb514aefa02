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

package ai.tinyfish.search;

import ai.tinyfish.settings.OpenValue;

/**
 * Kind of pages to search. The service adds kinds: use {@link #of(String)} for one
 * without a constant.
 *
 * @since 0.1.0
 */
public final class SearchDomainType extends OpenValue {

	/**
	 * The whole web.
	 */
	public static final SearchDomainType WEB = new SearchDomainType("web");

	/**
	 * News.
	 */
	public static final SearchDomainType NEWS = new SearchDomainType("news");

	/**
	 * Research papers.
	 */
	public static final SearchDomainType RESEARCH_PAPER = new SearchDomainType("research_paper");

	private SearchDomainType(String value) {
		super(value);
	}

	/**
	 * Return the kind with the given name.
	 * @param value the value as the API knows it; space around it is removed
	 * @return the kind
	 * @throws IllegalArgumentException if the value is blank
	 */
	public static SearchDomainType of(String value) {
		return new SearchDomainType(value);
	}

}
