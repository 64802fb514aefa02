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
 * used as a meta-annotation.
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
	 * @return the template of the goal
	 */
	String value();

	/**
	 * URL where the agent starts, instead of the interface's.
	 * @return the template of the URL, as {@link WebAgent#url()}; empty for the
	 * interface's
	 */
	String url() default "";

	/**
	 * Whether the method returns a run that did not reach its goal like any other. If
	 * not, it throws {@link ai.tinyfish.run.TinyFishGoalNotAchievedException}. A method
	 * that returns the {@code AgentRun} also returns runs that failed or were cancelled.
	 * A method that converts the result throws for these, since they have no result.
	 * @return whether it is
	 */
	boolean acceptNotAchieved() default false;

}
