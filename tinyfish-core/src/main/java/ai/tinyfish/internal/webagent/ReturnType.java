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
import java.lang.reflect.Type;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.stream.BaseStream;

import ai.tinyfish.agent.AgentStream;
import ai.tinyfish.agent.QueuedBatch;
import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.agent.event.AgentEvent;
import ai.tinyfish.internal.schema.OutputSchemas;
import ai.tinyfish.run.AgentRun;
import ai.tinyfish.run.CancelledRun;
import ai.tinyfish.run.QueuedRun;
import ai.tinyfish.run.Run;
import ai.tinyfish.run.RunResult;
import ai.tinyfish.run.TypedRun;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.GenericTypeResolver;
import org.springframework.core.KotlinDetector;
import org.springframework.core.ResolvableType;

/**
 * Return type of a method of an agent interface.
 *
 * @param way the execution of the run
 * @param form the form of the answer
 * @param result the type of the result, or null if it is not converted
 */
record ReturnType(Way way, MethodAnswer.Form form, @Nullable Type result) {

	private static final String KOTLIN_MODULE = "jackson-module-kotlin";

	private static final String SUPPORTED = "Return T, Optional<T>, List<T>, TypedRun<T>, AgentRun, RunHandle,"
			+ " QueuedRun, CompletableFuture<T>, Mono<T>, Flux<AgentEvent> or Flow<AgentEvent>, where T is the type of"
			+ " the result, such as a record";

	private static final String KOTLIN_UNIT = "kotlin.Unit";

	private static final Set<Class<?>> NO_RESULTS = Set.of(Object.class, Void.class, void.class, Run.class,
			RunResult.class, CancelledRun.class, QueuedBatch.class, RunHandle.class, QueuedRun.class);

	/** Types of values that are not available yet, or of more than one value. */
	private static final Set<Class<?>> NO_RESULTS_OF_KIND = Set.of(Publisher.class, CompletionStage.class, Future.class,
			BaseStream.class, AgentStream.class, AgentEvent.class);

	/**
	 * Execution of a run.
	 */
	enum Way {

		/** Start it and wait. */
		AWAIT,

		/** Start it. */
		START,

		/** Start it and return a future of its answer. */
		FUTURE,

		/** Queue it. */
		QUEUE,

		/** Stream it when subscribed to, for the answer. */
		MONO,

		/** Stream it, for the answer that a coroutine waits for. */
		SUSPEND,

		/** Stream it when subscribed to, for the events. */
		FLUX,

		/** Stream it when collected, for the events. */
		FLOW;

		boolean isReactive() {
			return this == MONO || this == SUSPEND || this == FLUX || this == FLOW;
		}

	}

	/**
	 * Read the return type of a method.
	 * @param method the method
	 * @param agentType the interface
	 * @return the return type
	 * @throws DeclarationException if it is not supported
	 */
	static ReturnType of(Method method, Class<?> agentType) {
		Type declared = Coroutines.returnType(method);
		OpenType.refuse(declared, agentType, "it has the return type");
		ResolvableType type = ResolvableType.forType(GenericTypeResolver.resolveType(declared, agentType));
		if (KotlinDetector.isSuspendingFunction(method)) {
			Coroutines.require("a suspend function");
			Class<?> raw = type.resolve(Object.class);
			if (Coroutines.isFlow(raw) || raw == RunHandle.class || raw == QueuedRun.class || isOfKind(raw)) {
				throw new DeclarationException(
						"it is a suspend function, and its return type " + name(type) + " is not waited for",
						"Remove suspend");
			}
			return answer(Way.SUSPEND, type, type);
		}
		return of(type);
	}

	private static ReturnType of(ResolvableType type) {
		Class<?> raw = type.resolve(Object.class);
		if (raw == RunHandle.class) {
			return new ReturnType(Way.START, MethodAnswer.Form.RUN, null);
		}
		if (raw == QueuedRun.class) {
			return new ReturnType(Way.QUEUE, MethodAnswer.Form.RUN, null);
		}
		if (raw == Flux.class) {
			if (type.getGeneric(0).resolve() != AgentEvent.class) {
				throw unsupported(type, "a Flux is one of events");
			}
			return new ReturnType(Way.FLUX, MethodAnswer.Form.RUN, null);
		}
		if (Coroutines.isFlow(raw)) {
			Coroutines.require("a Flow");
			if (type.getGeneric(0).resolve() != AgentEvent.class) {
				throw unsupported(type, "a Flow is one of events");
			}
			return new ReturnType(Way.FLOW, MethodAnswer.Form.RUN, null);
		}
		if (raw == CompletableFuture.class) {
			return answer(Way.FUTURE, type.getGeneric(0), type);
		}
		return (raw == Mono.class) ? answer(Way.MONO, type.getGeneric(0), type) : answer(Way.AWAIT, type, type);
	}

	private static ReturnType answer(Way way, ResolvableType type, ResolvableType declared) {
		Class<?> raw = type.resolve(Object.class);
		if (raw == AgentRun.class) {
			return new ReturnType(way, MethodAnswer.Form.RUN, null);
		}
		if (raw == TypedRun.class) {
			return new ReturnType(way, MethodAnswer.Form.TYPED, result(type.getGeneric(0), declared));
		}
		return (raw == Optional.class)
				? new ReturnType(way, MethodAnswer.Form.OPTIONAL, result(type.getGeneric(0), declared))
				: new ReturnType(way, MethodAnswer.Form.VALUE, result(type, declared));
	}

	private static Type result(ResolvableType type, ResolvableType declared) {
		if (type.hasUnresolvableGenerics() || type.resolve() == null) {
			throw unsupported(declared, "the type of the result is not known");
		}
		Class<?> raw = type.toClass();
		if (NO_RESULTS.contains(raw) || raw == Optional.class || raw == TypedRun.class || raw == AgentRun.class
				|| isOfKind(raw) || Coroutines.isFlow(raw) || raw.getName().equals(KOTLIN_UNIT)) {
			throw unsupported(declared, name(type) + " is not the type of a result");
		}
		return type.getType();
	}

	private static boolean isOfKind(Class<?> type) {
		return NO_RESULTS_OF_KIND.stream().anyMatch((kind) -> kind.isAssignableFrom(type));
	}

	/**
	 * Return whether the answer depends on whether the run reached its goal.
	 */
	boolean isJudged() {
		boolean waits = this.way == Way.AWAIT || this.way == Way.FUTURE || this.way == Way.MONO
				|| this.way == Way.SUSPEND;
		return waits && this.form != MethodAnswer.Form.TYPED;
	}

	/**
	 * Return the output schema of the result.
	 * @return the schema, or null if no result is converted
	 * @throws DeclarationException if its type has no schema
	 */
	@Nullable Map<String, Object> schema() {
		if (this.result == null) {
			return null;
		}
		try {
			return OutputSchemas.of(this.result);
		}
		catch (IllegalArgumentException ex) {
			boolean kotlin = String.valueOf(ex.getMessage()).contains(KOTLIN_MODULE);
			throw new DeclarationException(
					"its result has no output schema that the service accepts ("
							+ String.valueOf(ex.getMessage()).replaceFirst("\\. Set a schema.*", "") + ")",
					kotlin ? "Add tools.jackson.module:" + KOTLIN_MODULE + " and kotlin-reflect to the class path"
							: "Change the type of the result, or return an AgentRun and set outputSchema(...) with a"
									+ " Consumer<AgentRequest.Builder>",
					ex);
		}
	}

	private static DeclarationException unsupported(ResolvableType type, String why) {
		return new DeclarationException("the return type " + name(type) + " is not supported: " + why, SUPPORTED);
	}

	private static String name(ResolvableType type) {
		return type.getType().getTypeName();
	}

}
