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

package ai.tinyfish.spring.webagent;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import ai.tinyfish.webagent.WebAgent;

import org.springframework.context.annotation.Import;
import org.springframework.core.annotation.AliasFor;

/**
 * Registers beans for {@link WebAgent} interfaces: those that are named, and those in the
 * given packages. By default, those in the package of the annotated class and below. Any
 * problem with them fails the start of the application, and so does a package without an
 * agent.
 * <p>
 * A bean has the full name of its interface. Annotations on the interface, such as
 * {@code @Primary}, {@code @Qualifier}, {@code @Lazy}, {@code @Scope} and
 * {@code @Profile}, apply as they do to a component. A lazy agent, or one that is not a
 * singleton, is checked when it is created.
 * <p>
 * The beans are created from the {@link ai.tinyfish.WebAgents.Builder} bean. By default,
 * they use the application's {@code TinyFishClient}, its {@code ReactiveTinyFishClient}
 * if one of their methods needs it, and its {@code GoalEvaluator}. Placeholders in the
 * annotations of the interfaces are replaced from the environment.
 *
 * @since 0.1.0
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Documented
@Repeatable(ImportWebAgents.Container.class)
@Import(WebAgentRegistrar.class)
public @interface ImportWebAgents {

	/**
	 * Interfaces, as {@link #types()}.
	 * @return the interfaces
	 */
	@AliasFor("types")
	Class<?>[] value() default {};

	/**
	 * Interfaces to register as beans.
	 * @return the interfaces
	 */
	@AliasFor("value")
	Class<?>[] types() default {};

	/**
	 * Packages to search for interfaces, with the packages below them.
	 * @return the names of the packages
	 */
	String[] basePackages() default {};

	/**
	 * Classes whose packages are searched for interfaces, as {@link #basePackages()}.
	 * @return the classes
	 */
	Class<?>[] basePackageClasses() default {};

	/**
	 * Name or qualifier of the clients that run the methods of the agents: the beans that
	 * are injected with {@code @Qualifier} of this value. Methods that return a
	 * {@code Mono} or a {@code Flux} use the {@code ReactiveTinyFishClient} with this
	 * name or qualifier, all other methods the {@code TinyFishClient}.
	 * @return the name or qualifier; empty for the clients that are injected without one
	 */
	String client() default "";

	/**
	 * Container of several {@link ImportWebAgents}.
	 */
	@Target(ElementType.TYPE)
	@Retention(RetentionPolicy.RUNTIME)
	@Documented
	@Import(WebAgentRegistrar.class)
	@interface Container {

		/**
		 * The annotations.
		 * @return the annotations
		 */
		ImportWebAgents[] value();

	}

}
