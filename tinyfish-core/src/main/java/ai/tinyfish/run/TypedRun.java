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

package ai.tinyfish.run;

import java.lang.reflect.Type;
import java.util.Objects;

import ai.tinyfish.internal.request.RunIds;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a run with its result as a type of the caller. Created by
 * {@link AgentRun#typed(Class)}, the only way to read a result that must have everything
 * that its type requires. {@link #value()} returns a complete value or throws: a part of
 * it is null only if the type allows it, with {@code Optional}, any {@code Nullable}
 * annotation on a component, property or element, or Jackson's
 * {@code @JsonSetter(nulls = SKIP)} or {@code @JsonProperty(isRequired = FALSE)}, or by a
 * nullable Kotlin type. A Kotlin parameter that the result lacks has its default. The
 * values of a map and values of type {@code Object} may be null too, since no output
 * schema forbids it.
 *
 * @param <T> the type of the result
 * @since 0.1.0
 */
public final class TypedRun<T> {

	private final AgentRun run;

	private final Type type;

	private volatile @Nullable T value;

	TypedRun(AgentRun run, Type type) {
		this.run = Objects.requireNonNull(run, "run must not be null");
		this.type = Objects.requireNonNull(type, "type must not be null");
	}

	/**
	 * Return the outcome of the run; its {@link AgentRun#schemaValidation()
	 * schemaValidation} says whether the service found that the result matches the
	 * schema.
	 * @return the run, also if it failed
	 */
	public AgentRun run() {
		return this.run;
	}

	/**
	 * Return the result. It is converted on first access. If it does not fit,
	 * {@code run().result()} still has it, as JSON, as a map, or
	 * {@link RunResult#to(Class) as the type} with nulls in it. A property with a default
	 * in its class is required like any other. To use the default for an absent or null
	 * property, mark it with {@code @JsonSetter(nulls = SKIP)}.
	 * @return the value, never null
	 * @throws TinyFishRunFailedException if the run failed or was cancelled
	 * @throws IllegalStateException if the run has not ended
	 * @throws TinyFishResultMappingException if there is no result, if it does not fit,
	 * if it lacks something that the type requires (absent, null, or read as null, such
	 * as an empty text for a date), or if the service found that it does not match the
	 * output schema
	 */
	public T value() {
		T current = this.value;
		if (current == null) {
			current = this.run.result().toComplete(this.type, this.run.schemaValidation());
			this.value = current;
		}
		return current;
	}

	/**
	 * Return a short description.
	 * @return run and type, without the result
	 */
	@Override
	public String toString() {
		return "TypedRun[" + RunIds.printable(this.run.runId()) + ", " + this.run.status() + ", "
				+ this.type.getTypeName() + "]";
	}

}
