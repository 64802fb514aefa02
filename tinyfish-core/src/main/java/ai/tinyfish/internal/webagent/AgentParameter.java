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

package ai.tinyfish.internal.webagent;

import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.webagent.RunTag;
import ai.tinyfish.webagent.RunTimeout;
import ai.tinyfish.webagent.StartUrl;
import ai.tinyfish.webagent.TemplateVariable;
import org.jspecify.annotations.Nullable;

import org.springframework.core.DefaultParameterNameDiscoverer;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ParameterNameDiscoverer;
import org.springframework.core.ResolvableType;

/**
 * Parameter of a method of an agent interface.
 *
 * @param index its place
 * @param role its use
 * @param name the name of its variable; null if it is unknown, or the parameter is not a
 * variable
 * @param type the type of the variable, or null
 */
record AgentParameter(int index, Role role, @Nullable String name, @Nullable VariableType type) {

	private static final ParameterNameDiscoverer NAMES = new DefaultParameterNameDiscoverer();

	/**
	 * Use of a parameter.
	 */
	enum Role {

		VARIABLE, START_URL, TAG, TIMEOUT, CUSTOMIZER

	}

	/**
	 * Read the parameters of a method.
	 * @throws DeclarationException if one has a type that it may not have
	 */
	static List<AgentParameter> of(Method method, Class<?> agentType) {
		@Nullable String @Nullable [] names = NAMES.getParameterNames(method);
		List<AgentParameter> all = new ArrayList<>();
		// the last one of a suspend function is its continuation
		int count = method.getParameterCount() - (KotlinDetector.isSuspendingFunction(method) ? 1 : 0);
		for (int i = 0; i < count; i++) {
			Parameter parameter = method.getParameters()[i];
			all.add(of(parameter, i, ResolvableType.forMethodParameter(method, i, agentType),
					(names != null) ? names[i] : null, agentType));
		}
		for (Role role : List.of(Role.START_URL, Role.TAG, Role.TIMEOUT)) {
			if (all.stream().filter((parameter) -> parameter.role() == role).count() > 1) {
				throw new DeclarationException("it has more than one parameter for the " + words(role),
						"Remove all but one of them");
			}
		}
		return all;
	}

	private static AgentParameter of(Parameter parameter, int index, ResolvableType declared,
			@Nullable String discovered, Class<?> agentType) {
		Class<?> type = declared.toClass();
		String which = "parameter " + ((discovered != null) ? discovered : String.valueOf(index + 1));
		TemplateVariable named = parameter.getAnnotation(TemplateVariable.class);
		if (Stream.of(StartUrl.class, RunTimeout.class, RunTag.class)
			.filter(parameter::isAnnotationPresent)
			.count() > 1) {
			throw new DeclarationException(which + " has more than one of @StartUrl, @RunTag and @RunTimeout",
					"Remove all but one of them");
		}
		if (parameter.isAnnotationPresent(StartUrl.class) || (type == URI.class && named == null)) {
			require(type == URI.class || type == String.class, which, "@StartUrl", "String or URI");
			return new AgentParameter(index, Role.START_URL, null, null);
		}
		if (parameter.isAnnotationPresent(RunTimeout.class)) {
			require(single(declared) == Duration.class, which, "@RunTimeout", "java.time.Duration");
			return new AgentParameter(index, Role.TIMEOUT, null, null);
		}
		if (type == Consumer.class) {
			Class<?> customized = declared.getGeneric(0).resolve(Object.class);
			require(customized == AgentRequest.Builder.class || customized == Object.class, which, "Consumer",
					"Consumer<AgentRequest.Builder>");
			return new AgentParameter(index, Role.CUSTOMIZER, null, null);
		}
		VariableType variable = VariableType.of(declared);
		if (variable == null) {
			OpenType.refuse(parameter.getParameterizedType(), agentType, which + " has the type");
			throw new DeclarationException(
					which + " has the type " + declared + ", which is not supported for a template variable",
					"Use a text, number, boolean, enum, UUID, Currency or a type of java.time, or a collection or Optional of"
							+ " one of these; a URI or @StartUrl, @RunTimeout Duration or Consumer<AgentRequest.Builder>;"
							+ " or convert it in a default method");
		}
		boolean tag = parameter.isAnnotationPresent(RunTag.class);
		require(!tag || !Collection.class.isAssignableFrom(type), which, "@RunTag", "single value");
		String name = (named != null) ? named.value() : discovered;
		if (name != null && !Template.isName(name)) {
			throw new DeclarationException(
					which + " has the name '" + name + "', which is not valid for a template variable",
					"Name it with @TemplateVariable, in letters, digits and underscores");
		}
		return new AgentParameter(index, tag ? Role.TAG : Role.VARIABLE, name, variable);
	}

	private static Class<?> single(ResolvableType declared) {
		return ((declared.toClass() == Optional.class) ? declared.getGeneric(0) : declared).toClass();
	}

	private static void require(boolean condition, String which, String role, String types) {
		if (!condition) {
			throw new DeclarationException(which + " has the wrong type for " + role, "Make it a " + types);
		}
	}

	private static String words(Role role) {
		return switch (role) {
			case START_URL -> "URL";
			case TAG -> "tag";
			default -> "timeout";
		};
	}

}
