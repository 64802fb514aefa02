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

package ai.tinyfish.spring.ai.tools;

import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.TypedRun;
import ai.tinyfish.webagent.WebAgentMethod;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

import org.springframework.ai.chat.model.ToolContext;
import org.springframework.ai.tool.annotation.Tool;
import org.springframework.ai.tool.annotation.ToolParam;
import org.springframework.ai.tool.definition.ToolDefinition;
import org.springframework.ai.util.json.schema.JsonSchemaGenerator;
import org.springframework.core.GenericTypeResolver;
import org.springframework.core.MethodParameter;
import org.springframework.core.ResolvableType;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.util.StringUtils;

/**
 * Tool that starts a run by a method of an agent interface.
 */
final class AgentMethodTool extends TinyFishTool {

	private final RunTools tools;

	private final ToolHosts hosts;

	private final Class<?> agentType;

	private final WebAgentMethod method;

	private final ToolSchema schema;

	private AgentMethodTool(ToolDefinition definition, RunTools tools, ToolHosts hosts, Class<?> agentType,
			WebAgentMethod method, ToolSchema schema) {
		super(definition, Effect.RUN);
		this.tools = tools;
		this.hosts = hosts;
		this.agentType = agentType;
		this.method = method;
		this.schema = schema;
	}

	/**
	 * Create the tool of a method.
	 * @param agentType the interface
	 */
	static AgentMethodTool of(Class<?> agentType, WebAgentMethod method, RunTools tools, ToolHosts hosts) {
		ToolSchema schema = new ToolSchema();
		for (WebAgentMethod.Parameter parameter : method.parameters()) {
			Type type = type(agentType, method.method(), parameter);
			boolean optional = ResolvableType.forType(type).resolve() == Optional.class;
			schema.add(parameter.name(), schema(method.method(), parameter,
					optional ? ResolvableType.forType(type).getGeneric(0).getType() : type), !optional);
		}
		Tool declared = AnnotatedElementUtils.findMergedAnnotation(method.method(), Tool.class);
		String name = (declared != null && StringUtils.hasText(declared.name())) ? declared.name()
				: snakeCase(agentType.getSimpleName()) + "_" + snakeCase(method.method().getName());
		String description = (declared != null && StringUtils.hasText(declared.description())) ? declared.description()
				: method.goal();
		return new AgentMethodTool(
				schema.define(name, description + "\n" + (method.waits()
						? "An agent does this in a real browser. It takes up to some minutes, and each run is billed."
						: "An agent does this in a real browser. Returns a run_id at once. Each run is billed.")),
				tools, hosts, agentType, method, schema);
	}

	private static String snakeCase(String name) {
		return name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").toLowerCase(Locale.ROOT);
	}

	private static Type type(Class<?> agentType, Method method, WebAgentMethod.Parameter parameter) {
		return parameter.startUrl() ? String.class
				: GenericTypeResolver.resolveType(method.getGenericParameterTypes()[parameter.index()], agentType);
	}

	private static JsonNode schema(Method method, WebAgentMethod.Parameter parameter, Type type) {
		ObjectNode schema = (ObjectNode) ToolArguments.MAPPER.readTree(JsonSchemaGenerator.generateForType(type));
		if (schema.path("type").stringValue("").equals("object")) {
			// a scalar type that the generator does not know, such as a currency
			schema = ToolArguments.MAPPER.createObjectNode().put("type", "string");
		}
		schema.remove("$schema");
		schema.remove("additionalProperties");
		// not all models accept it, such as Mistral
		JsonNode format = schema.remove("format");
		ToolParam described = new MethodParameter(method, parameter.index()).getParameterAnnotation(ToolParam.class);
		String description = (described != null) ? described.description() : "";
		if (parameter.startUrl() && description.isBlank()) {
			description = "Absolute http or https URL at which the agent begins";
		}
		if (format != null && schema.path("type").stringValue("").equals("string")) {
			description = (description + " (format: " + format.stringValue() + ")").strip();
		}
		if (!description.isBlank()) {
			schema.put("description", description);
		}
		return schema;
	}

	@Override
	boolean takesUrl() {
		return this.method.parameters().stream().anyMatch(WebAgentMethod.Parameter::startUrl);
	}

	@Override
	ObjectNode answer(ToolArguments arguments, ToolContext context) {
		Map<String, @Nullable Object> values = new HashMap<>();
		for (WebAgentMethod.Parameter parameter : this.method.parameters()) {
			values.put(parameter.name(),
					parameter.startUrl() ? url(arguments.url(parameter.name()))
							: arguments.value(parameter.name(), type(this.agentType, this.method.method(), parameter),
									this.schema.parameter(parameter.name())));
		}
		return this.tools.answer(() -> this.method.request(values), this.method.waits(), this.method::start,
				this::content, context);
	}

	private String url(String url) {
		this.hosts.check(url);
		return url;
	}

	private JsonNode content(AgentRun run) {
		Object answer = this.method.answer(run);
		Object value = (answer instanceof Optional<?> optional) ? optional.orElse(null) : answer;
		return (value instanceof AgentRun || value instanceof TypedRun<?>) ? RunTools.result(run)
				: ToolArguments.MAPPER.valueToTree(value);
	}

}
