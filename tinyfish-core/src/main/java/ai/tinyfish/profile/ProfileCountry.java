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

package ai.tinyfish.profile;

import ai.tinyfish.internal.json.EnumTexts;
import org.jspecify.annotations.Nullable;

/**
 * Country that the browser of a profile is seen to come from.
 */
public enum ProfileCountry {

	/**
	 * The United States.
	 */
	US,

	/**
	 * Great Britain.
	 */
	GB,

	/**
	 * Canada.
	 */
	CA,

	/**
	 * Australia.
	 */
	AU,

	/**
	 * Germany.
	 */
	DE,

	/**
	 * France.
	 */
	FR,

	/**
	 * Italy.
	 */
	IT,

	/**
	 * Spain.
	 */
	ES,

	/**
	 * The Netherlands.
	 */
	NL,

	/**
	 * Japan.
	 */
	JP,

	/**
	 * Singapore.
	 */
	SG,

	/**
	 * Brazil.
	 */
	BR,

	/**
	 * India.
	 */
	IN,

	/**
	 * No country, or one that this version does not know.
	 */
	UNKNOWN;

	/**
	 * Return the country with the given code.
	 * @param code the code, in any case, or null
	 * @return the country, {@link #UNKNOWN} for anything new and for null
	 */
	public static ProfileCountry of(@Nullable String code) {
		return EnumTexts.read(code, UNKNOWN);
	}

}
