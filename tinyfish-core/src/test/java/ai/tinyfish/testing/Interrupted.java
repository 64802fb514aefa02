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

package ai.tinyfish.testing;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * State of a thread that was interrupted.
 *
 * @param thrown the exception of its task, or null
 * @param flag whether its interrupt flag was set when the task ended
 */
public record Interrupted(@Nullable Throwable thrown, boolean flag) {

	/**
	 * Interrupt a task on a thread of its own once a condition holds, and wait for its
	 * end.
	 */
	public static Interrupted during(Runnable task, BooleanSupplier when) throws InterruptedException {
		AtomicReference<@Nullable Throwable> thrown = new AtomicReference<>();
		AtomicBoolean flag = new AtomicBoolean();
		Thread thread = new Thread(() -> {
			try {
				task.run();
			}
			catch (Throwable ex) {
				thrown.set(ex);
			}
			flag.set(Thread.currentThread().isInterrupted());
		});
		thread.start();
		Soon.until(when::getAsBoolean);
		// not before it waits
		Soon.until(() -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
		thread.interrupt();
		thread.join(20_000);
		assertThat(thread.isAlive()).isFalse();
		return new Interrupted(thrown.get(), flag.get());
	}

}
