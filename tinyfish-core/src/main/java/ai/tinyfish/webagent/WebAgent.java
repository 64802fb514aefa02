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

package ai.tinyfish.webagent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import ai.tinyfish.agent.BrowserProfile;

/**
 * Declares an interface as a web agent: each abstract method with a {@link Goal} is a
 * run. {@link ai.tinyfish.WebAgents} implements it. May be used as a meta-annotation.
 *
 * <pre class="code">
 * &#64;WebAgent(url = "https://coins.example/{coin}")
 * interface Coins {
 *
 *     &#64;Goal("What does one {coin} cost in {currency}?")
 *     Price price(String coin, String currency);
 *
 * }
 * </pre>
 *
 * The settings here apply to all methods. A method can have its own in its {@link Goal}.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface WebAgent {

	/**
	 * URL where the agent starts, unless a method has its own. An absolute http or https
	 * URL. A variable such as {@code {coin}} stands for the parameter of that name, in
	 * path, query or fragment, and is encoded there. A placeholder such as
	 * <code>${coins.url}</code> is replaced when the interface is implemented.
	 * @return the template of the URL; empty if each method has its own
	 */
	String url() default "";

	/**
	 * Browser that the agent drives, by the API's name for its {@link BrowserProfile},
	 * such as {@code stealth}. May have placeholders.
	 * @return the profile; empty for the service's default
	 */
	String browserProfile() default "";

	/**
	 * Mode of the agent, by the API's name for its {@link ai.tinyfish.agent.AgentMode},
	 * such as {@code strict}. May have placeholders.
	 * @return the mode; empty for the service's default
	 */
	String mode() default "";

	/**
	 * Largest number of steps that the agent may take, from 1 to 500. May have
	 * placeholders.
	 * @return the number; empty for the service's default
	 * @see ai.tinyfish.agent.AgentConfig.Builder#maxSteps(Integer)
	 */
	String maxSteps() default "";

	/**
	 * Longest time that the service gives the agent, in whole seconds, such as
	 * {@code 90s}, {@code 5m} or {@code PT5M}. May have placeholders.
	 * @return the duration with its unit; empty for the service's default
	 * @see ai.tinyfish.agent.AgentConfig.Builder#maxDuration(java.time.Duration)
	 */
	String maxDuration() default "";

	/**
	 * Country that the run is seen to come from, by the API's name for its
	 * {@link ai.tinyfish.settings.ProxyCountryCode}, such as {@code DE}. It enables the
	 * service's proxy. May have placeholders.
	 * @return the country; empty for the service's default
	 */
	String proxyCountryCode() default "";

	/**
	 * Whether the agent may use the credentials of the account's vault: {@code true} or
	 * {@code false}. May have placeholders.
	 * @return whether it may; empty for the service's default
	 */
	String useVault() default "";

	/**
	 * Data of the run that the service keeps in addition to its result: {@code elements},
	 * {@code snapshots}, {@code screenshots}, {@code recording} and {@code html}, as in
	 * {@link ai.tinyfish.agent.CaptureConfig}. May have placeholders, whose values may be
	 * lists with commas.
	 * @return the names; empty for the service's default
	 */
	String[] capture() default {};

	/**
	 * Tag of the run: the caller's own name for it. Every event of the run has it, and it
	 * is never sent. May have placeholders. A parameter with {@link RunTag} is used
	 * instead, unless its value is null.
	 * @return the tag; empty for no tag
	 */
	String tag() default "";

	/**
	 * Longest time that the run may take, instead of the client's limit, such as
	 * {@code 90s}, {@code 5m} or {@code PT5M}. May have placeholders. A parameter with
	 * {@link RunTimeout} is used instead, unless its value is null. Queued runs have no
	 * such limit.
	 * @return the duration with its unit; empty for the client's limit
	 */
	String runTimeout() default "";

}
