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
import java.lang.reflect.WildcardType;
import java.util.Objects;

import kotlin.coroutines.Continuation;
import kotlinx.coroutines.reactor.MonoKt;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.KotlinDetector;
import org.springframework.core.ReactiveAdapterRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.util.ClassUtils;

/**
 * Support for Kotlin's suspend functions and flows, with the publishers of the reactive
 * client.
 */
final class Coroutines {

	private static final String FLOW = "kotlinx.coroutines.flow.Flow";

	private static final boolean PRESENT = ClassUtils.isPresent("kotlinx.coroutines.reactor.MonoKt",
			Coroutines.class.getClassLoader());

	private Coroutines() {
	}

	static boolean isFlow(Class<?> type) {
		return type.getName().equals(FLOW);
	}

	/**
	 * Return the type of a method's result, for suspend functions as for others.
	 * @param method the method
	 * @return the type that it declares; for a suspend function that of its continuation
	 */
	static Type returnType(Method method) {
		if (!KotlinDetector.isSuspendingFunction(method)) {
			return method.getGenericReturnType();
		}
		Type type = ResolvableType.forMethodParameter(method, method.getParameterCount() - 1).getGeneric(0).getType();
		return (type instanceof WildcardType wildcard && wildcard.getLowerBounds().length == 1)
				? wildcard.getLowerBounds()[0] : type;
	}

	/**
	 * Check that the library is on the class path.
	 * @param subject the method that needs it
	 * @throws DeclarationException if it is missing
	 */
	static void require(String subject) {
		if (!PRESENT) {
			throw new DeclarationException(
					subject + " needs kotlinx-coroutines-reactor, which is not on the class path",
					"Add org.jetbrains.kotlinx:kotlinx-coroutines-reactor, or return a Mono or a Flux");
		}
	}

	/**
	 * Convert a publisher to a flow.
	 * @param type the type of flows
	 * @param events the publisher
	 */
	static Object flow(Class<?> type, Flux<?> events) {
		return Objects.requireNonNull(ReactiveAdapterRegistry.getSharedInstance().getAdapter(type))
			.fromPublisher(events);
	}

	/**
	 * Suspend a coroutine until a Mono completes. Its cancellation cancels the
	 * subscription.
	 * @param mono the Mono
	 * @param continuation the continuation, which is the last argument of a suspend
	 * function
	 * @return the return value of a suspend function: the value, or the mark that it is
	 * suspended
	 */
	@SuppressWarnings("unchecked")
	static @Nullable Object await(Mono<?> mono, @Nullable Object continuation) {
		return MonoKt.awaitSingle((Mono<Object>) mono, (Continuation<Object>) Objects.requireNonNull(continuation));
	}

}
