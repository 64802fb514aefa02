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

package ai.tinyfish.settings;

/**
 * Country that a run, a fetch or the browser of a profile is seen to come from. Profiles
 * accept all constants, runs and fetches only those without a remark. The service adds
 * countries: use {@link #of(String)} for one without a constant.
 *
 * @since 0.1.0
 */
public final class ProxyCountryCode extends OpenValue {

	/**
	 * The United States.
	 */
	public static final ProxyCountryCode US = new ProxyCountryCode("US");

	/**
	 * Great Britain.
	 */
	public static final ProxyCountryCode GB = new ProxyCountryCode("GB");

	/**
	 * Canada.
	 */
	public static final ProxyCountryCode CA = new ProxyCountryCode("CA");

	/**
	 * Germany.
	 */
	public static final ProxyCountryCode DE = new ProxyCountryCode("DE");

	/**
	 * France.
	 */
	public static final ProxyCountryCode FR = new ProxyCountryCode("FR");

	/**
	 * Japan.
	 */
	public static final ProxyCountryCode JP = new ProxyCountryCode("JP");

	/**
	 * Australia.
	 */
	public static final ProxyCountryCode AU = new ProxyCountryCode("AU");

	/**
	 * Italy. Only profiles accept it.
	 */
	public static final ProxyCountryCode IT = new ProxyCountryCode("IT");

	/**
	 * Spain. Only profiles accept it.
	 */
	public static final ProxyCountryCode ES = new ProxyCountryCode("ES");

	/**
	 * The Netherlands. Only profiles accept it.
	 */
	public static final ProxyCountryCode NL = new ProxyCountryCode("NL");

	/**
	 * Singapore. Only profiles accept it.
	 */
	public static final ProxyCountryCode SG = new ProxyCountryCode("SG");

	/**
	 * Brazil. Only profiles accept it.
	 */
	public static final ProxyCountryCode BR = new ProxyCountryCode("BR");

	/**
	 * India. Only profiles accept it.
	 */
	public static final ProxyCountryCode IN = new ProxyCountryCode("IN");

	private ProxyCountryCode(String value) {
		super(value);
	}

	/**
	 * Return the country with the given code.
	 * @param value the value as the API knows it; space around it is removed
	 * @return the country
	 * @throws IllegalArgumentException if the value is blank
	 */
	public static ProxyCountryCode of(String value) {
		return new ProxyCountryCode(value);
	}

}
