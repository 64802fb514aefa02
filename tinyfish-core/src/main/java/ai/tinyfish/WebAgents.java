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

package ai.tinyfish;

import java.lang.reflect.Method;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import ai.tinyfish.internal.webagent.AgentClients;
import ai.tinyfish.internal.webagent.AgentProxy;
import ai.tinyfish.run.GoalEvaluator;
import ai.tinyfish.webagent.InvalidWebAgentException;
import ai.tinyfish.webagent.WebAgent;
import ai.tinyfish.webagent.WebAgentMethod;
import org.jspecify.annotations.Nullable;

/**
 * Factory of the implementations of {@link WebAgent} interfaces. Thread-safe, as the
 * implementations are.
 *
 * <pre class="code">
 * Coins coins = WebAgents.create(Coins.class, client);
 * Price price = coins.price("Bitcoin", "EUR");
 * </pre>
 *
 * Each call of a method with a {@link ai.tinyfish.webagent.Goal} starts a run, which may
 * be billed. A method may return:
 * <ul>
 * <li>a type {@code T} that the result is read as, such as a record, or {@code List<T>}:
 * starts the run with the output schema of the type, waits for it, and returns its
 * result</li>
 * <li>{@code Optional<T>}: the same, and empty if the result is null, blank, or an object
 * or array that contains nothing else</li>
 * <li>{@code TypedRun<T>}: the same, for any outcome of the run</li>
 * <li>{@code AgentRun}: the same, without conversion</li>
 * <li>{@code RunHandle}: starts the run and does not wait</li>
 * <li>{@code CompletableFuture} of one of the first four: starts the run and completes
 * when it has ended. Cancelling it does not cancel the run</li>
 * <li>{@code QueuedRun}: queues the run</li>
 * <li>{@code Mono} of one of the first four, by the reactive client: starts the run with
 * each subscription. On cancel, the client's {@link ai.tinyfish.settings.AbandonPolicy}
 * applies to the run</li>
 * <li>{@code Flux<AgentEvent>}, by the reactive client: the events of the run</li>
 * </ul>
 * A suspend function of Kotlin returns one of the first four, and a {@code Flow} is like
 * a {@code Flux}. Both need the reactive client and {@code kotlinx-coroutines-reactor}.
 * <p>
 * A method that waits throws {@link ai.tinyfish.run.TinyFishRunFailedException} for a run
 * that failed or was cancelled, {@link ai.tinyfish.run.TinyFishGoalMissedException} for a
 * run that missed its goal, {@link ai.tinyfish.run.TinyFishResultMappingException} for a
 * result that does not fit, and otherwise the exceptions of
 * {@code start(request).await()}. A future or Mono fails with the same. An argument that
 * is not valid is an {@link IllegalArgumentException}: nothing was sent.
 *
 * @since 0.1.0
 */
public final class WebAgents {

	private final Supplier<? extends @Nullable TinyFishClient> client;

	private final Supplier<? extends @Nullable ReactiveTinyFishClient> reactiveClient;

	private final AgentClients clients;

	private final UnaryOperator<String> placeholders;

	private final GoalEvaluator goalEvaluator;

	private WebAgents(Builder builder) {
		this.client = builder.client;
		this.reactiveClient = builder.reactiveClient;
		this.clients = new AgentClients(() -> {
			TinyFishClient given = this.client.get();
			return (given != null) ? given::agent : null;
		}, () -> {
			ReactiveTinyFishClient given = this.reactiveClient.get();
			return (given != null) ? given::agent : null;
		});
		this.placeholders = builder.placeholders;
		this.goalEvaluator = builder.goalEvaluator;
	}

	/**
	 * Implement an agent interface whose methods need no reactive client and have no
	 * placeholders. Shorthand for {@code builder().client(client).build().create(type)}.
	 * @param <T> the interface
	 * @param type the interface
	 * @param client the client that runs its methods
	 * @return the implementation
	 * @throws InvalidWebAgentException if the interface is not valid
	 */
	public static <T> T create(Class<T> type, TinyFishClient client) {
		return builder().client(client).build().create(type);
	}

	/**
	 * Create a builder of a factory.
	 * @return a builder without any setting
	 */
	public static Builder builder() {
		return new Builder();
	}

	/**
	 * Create a builder of a factory that differs from this one, such as in its client.
	 * @return a builder with the settings of this factory
	 */
	public Builder mutate() {
		return new Builder().client(this.client)
			.reactiveClient(this.reactiveClient)
			.placeholders(this.placeholders)
			.goalEvaluator(this.goalEvaluator);
	}

	/**
	 * Implement an agent interface. All problems of the interface are found here, before
	 * anything is sent.
	 * @param <T> the interface
	 * @param type the interface
	 * @return the implementation
	 * @throws InvalidWebAgentException if the interface is not valid: the exception names
	 * method, reason and cure
	 */
	public <T> T create(Class<T> type) {
		Objects.requireNonNull(type, "type must not be null");
		return AgentProxy.create(type, this.clients, this.placeholders, this.goalEvaluator);
	}

	/**
	 * Describe the methods of an agent interface, which need the client for callers that
	 * block.
	 * @param type the interface
	 * @return the methods, by name
	 * @throws InvalidWebAgentException if the interface is not valid, or a method returns
	 * a {@code Mono} or {@code Flux}, or is a suspend function
	 */
	public List<WebAgentMethod> describe(Class<?> type) {
		return describe(type, (method) -> true);
	}

	/**
	 * Describe some methods of an agent interface, which need the client for callers that
	 * block.
	 * @param type the interface
	 * @param methods the methods to describe
	 * @return these methods, by name
	 * @throws InvalidWebAgentException if the interface is not valid, or one of these
	 * methods returns a {@code Mono} or {@code Flux}, or is a suspend function
	 */
	public List<WebAgentMethod> describe(Class<?> type, Predicate<Method> methods) {
		Objects.requireNonNull(type, "type must not be null");
		return AgentProxy.describe(type, methods, this.clients, this.placeholders, this.goalEvaluator);
	}

	/**
	 * Builder of {@link WebAgents}. Without a client, methods that need it are refused.
	 */
	public static final class Builder {

		private Supplier<? extends @Nullable TinyFishClient> client = () -> null;

		private Supplier<? extends @Nullable ReactiveTinyFishClient> reactiveClient = () -> null;

		private UnaryOperator<String> placeholders = UnaryOperator.identity();

		private GoalEvaluator goalEvaluator = GoalEvaluator.defaults();

		private Builder() {
		}

		/**
		 * Set the client of methods that block or return a handle, a future or a queued
		 * run.
		 * @param client the client
		 * @return this builder
		 */
		public Builder client(TinyFishClient client) {
			Objects.requireNonNull(client, "client must not be null");
			return client(() -> client);
		}

		/**
		 * Set the supplier of the client of methods that block or return a handle, a
		 * future or a queued run.
		 * @param client called when an interface with such a method is implemented; may
		 * return null
		 * @return this builder
		 */
		public Builder client(Supplier<? extends @Nullable TinyFishClient> client) {
			this.client = Objects.requireNonNull(client, "client must not be null");
			return this;
		}

		/**
		 * Set the client of methods that return a {@code Mono} or {@code Flux}, and of
		 * suspend functions and flows.
		 * @param reactiveClient the client
		 * @return this builder
		 */
		public Builder reactiveClient(ReactiveTinyFishClient reactiveClient) {
			Objects.requireNonNull(reactiveClient, "reactiveClient must not be null");
			return reactiveClient(() -> reactiveClient);
		}

		/**
		 * Set the supplier of the client of methods that return a {@code Mono} or
		 * {@code Flux}, and of suspend functions and flows.
		 * @param reactiveClient called when an interface with such a method is
		 * implemented; may return null
		 * @return this builder
		 */
		public Builder reactiveClient(Supplier<? extends @Nullable ReactiveTinyFishClient> reactiveClient) {
			this.reactiveClient = Objects.requireNonNull(reactiveClient, "reactiveClient must not be null");
			return this;
		}

		/**
		 * Set the function that replaces placeholders in the attributes of annotations,
		 * such as {@code environment::resolveRequiredPlaceholders}. Without it, a
		 * placeholder is refused.
		 * @param placeholders returns the text of an attribute with its placeholders
		 * replaced; throws an {@link IllegalArgumentException} if it cannot replace one
		 * @return this builder
		 */
		public Builder placeholders(UnaryOperator<String> placeholders) {
			this.placeholders = Objects.requireNonNull(placeholders, "placeholders must not be null");
			return this;
		}

		/**
		 * Set the rules for whether a run reached its goal.
		 * @param goalEvaluator the rules, instead of {@link GoalEvaluator#defaults()}
		 * @return this builder
		 */
		public Builder goalEvaluator(GoalEvaluator goalEvaluator) {
			this.goalEvaluator = Objects.requireNonNull(goalEvaluator, "goalEvaluator must not be null");
			return this;
		}

		/**
		 * Build the factory.
		 * @return the factory
		 */
		public WebAgents build() {
			return new WebAgents(this);
		}

	}

}
