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

package ai.tinyfish.durable.testing;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

import ai.tinyfish.durable.DurableRunErrorEvent;
import ai.tinyfish.durable.DurableRunFinishedEvent;

import org.springframework.context.event.EventListener;
import org.springframework.transaction.event.TransactionalEventListener;

/**
 * Keeps the events of durable runs, and does what a test wants within them.
 */
public class Listeners {

	private final List<DurableRunFinishedEvent> finished = new CopyOnWriteArrayList<>();

	private final List<DurableRunFinishedEvent> afterCommit = new CopyOnWriteArrayList<>();

	private final List<DurableRunErrorEvent> errors = new CopyOnWriteArrayList<>();

	private volatile Consumer<DurableRunFinishedEvent> onFinished = (event) -> {
	};

	private volatile Consumer<DurableRunErrorEvent> onError = (event) -> {
	};

	@EventListener
	void on(DurableRunFinishedEvent event) {
		this.finished.add(event);
		this.onFinished.accept(event);
	}

	@TransactionalEventListener
	void afterCommit(DurableRunFinishedEvent event) {
		this.afterCommit.add(event);
	}

	@EventListener
	void on(DurableRunErrorEvent event) {
		this.errors.add(event);
		this.onError.accept(event);
	}

	public void onFinished(Consumer<DurableRunFinishedEvent> onFinished) {
		this.onFinished = onFinished;
	}

	public void onError(Consumer<DurableRunErrorEvent> onError) {
		this.onError = onError;
	}

	public List<DurableRunFinishedEvent> finished(String id) {
		return this.finished.stream().filter((event) -> event.getDurableId().equals(id)).toList();
	}

	public List<DurableRunFinishedEvent> afterCommit(String id) {
		return this.afterCommit.stream().filter((event) -> event.getDurableId().equals(id)).toList();
	}

	public List<DurableRunErrorEvent> errors(String id) {
		return this.errors.stream().filter((event) -> event.getDurableId().equals(id)).toList();
	}

	public List<DurableRunFinishedEvent> finished() {
		return this.finished;
	}

}
