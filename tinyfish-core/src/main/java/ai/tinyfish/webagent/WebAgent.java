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
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface WebAgent {

	/**
	 * URL that the agent begins at, unless a method has its own. An absolute http or
	 * https URL. A variable such as {@code {coin}} stands for the parameter of that name,
	 * in path, query or fragment, and is encoded there. A placeholder such as
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

}
