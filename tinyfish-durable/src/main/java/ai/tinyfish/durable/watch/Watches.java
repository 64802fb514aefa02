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

package ai.tinyfish.durable.watch;

import java.util.List;
import java.util.NoSuchElementException;

import ai.tinyfish.durable.DurableRun;
import org.jspecify.annotations.Nullable;

/**
 * Operations on watches: typed requests that run on a schedule as durable runs. Their
 * changes are published as {@link WatchChangedEvent} on one of the instances. Methods of
 * agents are watched with {@link Watched}.
 * <p>
 * Every method joins the transaction of its caller, or opens a new one. Its effects begin
 * with the commit, and are undone by a rollback.
 */
public interface Watches {

	/**
	 * Create a watch, or replace the one with the same id. The same watch may be saved
	 * any number of times. If goal, URL, output type, key or account change, the next
	 * result is a new baseline. A paused watch stays paused.
	 * @param watch the watch
	 * @return the watch as it is stored
	 * @throws IllegalArgumentException naming the component of the watch that is not
	 * valid: its request has no output type, its key or ignored properties do not exist,
	 * a list of records has no key, or the account is not valid
	 * @throws IllegalStateException if there is an account and no
	 * {@link ai.tinyfish.durable.DurableRunApiKeyProvider}
	 */
	WatchStatus save(Watch watch);

	/**
	 * Find a watch.
	 * @param id the id
	 * @return the watch, or null if it does not exist
	 */
	@Nullable WatchStatus find(String id);

	/**
	 * Return all watches.
	 * @return the watches, by id
	 */
	List<WatchStatus> list();

	/**
	 * Pause a watch. A run that is open is compared when it ends.
	 * @param id the id
	 * @throws NoSuchElementException if there is no such watch
	 */
	void pause(String id);

	/**
	 * Resume a watch with its next slot.
	 * @param id the id
	 * @throws NoSuchElementException if there is no such watch
	 */
	void resume(String id);

	/**
	 * Run a watch now, also a paused one. If a run of it is open, no other is started.
	 * @param id the id
	 * @return the run that was submitted, or that is open
	 * @throws NoSuchElementException if there is no such watch
	 * @throws ai.tinyfish.error.TinyFishException if an interceptor, such as a budget,
	 * refuses the run
	 */
	DurableRun runNow(String id);

	/**
	 * Delete a watch and its history, and cancel its open run. If the watch is declared
	 * in the code, the next start creates it again.
	 * @param id the id
	 * @return false if it does not exist
	 */
	boolean delete(String id);

	/**
	 * Return the history of a watch, which is bounded by
	 * {@code tinyfish.durable.retention} and {@code tinyfish.durable.max-results}.
	 * @param id the id
	 * @return the slots, the newest first
	 */
	List<WatchResult> history(String id);

}
