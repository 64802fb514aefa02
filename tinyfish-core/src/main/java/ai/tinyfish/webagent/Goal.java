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

/**
 * Goal of the runs that a method of a {@link WebAgent} starts: one with each call. May be
 * used as a meta-annotation. A setting that is empty, also once its placeholders are
 * replaced, is the interface's.
 *
 * @since 0.1.0
 */
@Target({ ElementType.METHOD, ElementType.ANNOTATION_TYPE })
@Retention(RetentionPolicy.RUNTIME)
@Documented
public @interface Goal {

	/**
	 * Goal in words. A variable such as {@code {coin}}, which is a name in braces, stands
	 * for the parameter of that name; other braces are left as they are. The value of a
	 * text parameter is put between tags of its name, as in {@code <coin>Bitcoin</coin>},
	 * with {@code <}, {@code >} and {@code &} in it escaped, and a sentence at the end of
	 * the goal says that it is data. The values of a list are separated by commas; an
	 * empty list and an empty {@code Optional} are the word {@code none}. A placeholder
	 * such as <code>${coins.goal}</code> is replaced when the interface is implemented.
	 * @return the template of the goal; empty if it is a {@link #resource()}
	 */
	String value() default "";

	/**
	 * Resource that contains the goal, instead of {@link #value()}: a file in UTF-8 on
	 * the class path, such as {@code classpath:goals/price.txt}. Its text may have the
	 * same variables and placeholders. White space at its end is removed. It is read when
	 * the interface is implemented.
	 * @return the location, which may have placeholders; empty if the goal is the value
	 */
	String resource() default "";

	/**
	 * Version of the goal, such as {@code 2}, for comparing runs before and after a
	 * change of it. It is never sent. Events of the run have it, recorded and durable
	 * runs store it, and it is a tag of the meters of the run. If one goal has a version,
	 * all should have one, since some meter registries expect the same tags on all meters
	 * of a name. May have placeholders.
	 * @return the version; empty for none
	 */
	String version() default "";

	/**
	 * URL where the agent starts, instead of the interface's.
	 * @return the template of the URL, as {@link WebAgent#url()}; empty for the
	 * interface's
	 */
	String url() default "";

	/**
	 * Browser that the agent drives, by the API's name for its
	 * {@link ai.tinyfish.agent.BrowserProfile}, such as {@code stealth}. May have
	 * placeholders.
	 * @return the profile; empty for the interface's
	 */
	String browserProfile() default "";

	/**
	 * Mode of the agent, by the API's name for its {@link ai.tinyfish.agent.AgentMode},
	 * such as {@code strict}. May have placeholders.
	 * @return the mode; empty for the interface's
	 */
	String mode() default "";

	/**
	 * Largest number of steps that the agent may take, from 1 to 500. May have
	 * placeholders.
	 * @return the number; empty for the interface's
	 * @see ai.tinyfish.agent.AgentConfig.Builder#maxSteps(Integer)
	 */
	String maxSteps() default "";

	/**
	 * Longest time that the service gives the agent, in whole seconds, such as
	 * {@code 90s}, {@code 5m} or {@code PT5M}. May have placeholders.
	 * @return the duration with its unit; empty for the interface's
	 * @see ai.tinyfish.agent.AgentConfig.Builder#maxDuration(java.time.Duration)
	 */
	String maxDuration() default "";

	/**
	 * Country that the run is seen to come from, by the API's name for its
	 * {@link ai.tinyfish.settings.ProxyCountryCode}, such as {@code DE}. It enables the
	 * service's proxy. May have placeholders.
	 * @return the country; empty for the interface's
	 */
	String proxyCountryCode() default "";

	/**
	 * Whether the agent may use the credentials of the account's vault: {@code true} or
	 * {@code false}. May have placeholders.
	 * @return whether it may; empty for the interface's
	 */
	String useVault() default "";

	/**
	 * Data of the run that the service keeps in addition to its result: {@code elements},
	 * {@code snapshots}, {@code screenshots}, {@code recording} and {@code html}, as in
	 * {@link ai.tinyfish.agent.CaptureConfig}. May have placeholders, whose values may be
	 * lists with commas.
	 * @return the names; empty for the interface's
	 */
	String[] capture() default {};

	/**
	 * Tag of the run: the caller's own name for it. Every event of the run has it, and it
	 * is never sent. May have placeholders. A parameter with {@link RunTag} is used
	 * instead, unless its value is null.
	 * @return the tag; empty for the interface's
	 */
	String tag() default "";

	/**
	 * Longest time that the run may take, instead of the client's limit, such as
	 * {@code 90s}, {@code 5m} or {@code PT5M}. May have placeholders. A parameter with
	 * {@link RunTimeout} is used instead, unless its value is null. Queued runs have no
	 * such limit.
	 * @return the duration with its unit; empty for the interface's
	 */
	String runTimeout() default "";

	/**
	 * Whether the method returns a run that missed its goal like any other. If not, it
	 * throws {@link ai.tinyfish.run.TinyFishGoalMissedException}. A method that returns
	 * the {@code AgentRun} also returns runs that failed or were cancelled. A method that
	 * converts the result throws for these, since they have no result. Refused on methods
	 * on which it has no effect, such as one that returns a {@code TypedRun}, a
	 * {@code RunHandle} or a {@code QueuedRun}.
	 * @return whether it is
	 */
	boolean acceptMissed() default false;

}
