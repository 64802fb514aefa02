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
 *
 * @since 0.1.0
 */
public interface Watches {

	/**
	 * Create a watch, or replace the one with the same id. The same watch may be saved
	 * any number of times. If goal, URL, output type, key or account change, the next
	 * result is a new baseline. A paused watch stays paused.
	 * @param watch the watch
	 * @return the watch as it is stored
	 * @throws IllegalArgumentException naming the component of the watch that is not
	 * valid: its request has no output type, its key, ignored properties or tolerances do
	 * not fit, a list of records has no key, the account is not valid, or a secret of
	 * {@link #get} is masked and the account, the URL or the rest of its field has
	 * changed
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
	 * Return a watch as it was saved or declared, to be changed and saved. The texts of
	 * its secrets, such as the address and the password of a proxy, are masked: saving a
	 * mask keeps the stored secret.
	 * @param id the id
	 * @return the watch
	 * @throws NoSuchElementException if there is no such watch
	 */
	Watch get(String id);

	/**
	 * Run a watch once, and read its result, without storing or comparing anything. The
	 * run is not durable, and not part of a transaction; interceptors such as a budget
	 * apply. No {@link ai.tinyfish.durable.DurableRunApproval} is asked: the caller
	 * decides. The call returns when the run has ended.
	 * @param watch the watch, which need not be saved
	 * @return the result, and why it would be a miss
	 * @throws IllegalArgumentException as for {@link #save}
	 * @throws ai.tinyfish.error.TinyFishException if the run was refused, or its outcome
	 * is not known
	 */
	WatchPreview preview(Watch watch);

	/**
	 * Take the next good result as the baseline, without publishing its differences. The
	 * history is kept.
	 * @param id the id
	 * @throws NoSuchElementException if there is no such watch
	 */
	void rebaseline(String id);

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
	 * @return the run that was submitted, or that is open. It is found until its result
	 * was compared, then only its result is, in the history
	 * @throws NoSuchElementException if there is no such watch
	 * @throws ai.tinyfish.error.TinyFishException if an interceptor, such as a budget,
	 * refuses the run
	 */
	DurableRun runNow(String id);

	/**
	 * Delete a watch and its history, and cancel its open run. If the watch is declared
	 * in the code, the next start creates it again. In a transaction of the caller, it
	 * may form a deadlock with a listener that changes the watch, and the database makes
	 * one of them fail.
	 * @param id the id
	 * @return false if it does not exist
	 */
	boolean delete(String id);

	/**
	 * Deliver the events of a watch again that are parked, and then those after them.
	 * @param id the id
	 * @return whether there were any
	 * @throws NoSuchElementException if there is no such watch
	 */
	boolean redeliver(String id);

	/**
	 * Return the records of the baseline of a watch: those with which the next result is
	 * compared.
	 * @param <T> the type of a record
	 * @param id the id
	 * @param type the type of a record
	 * @return the records, empty before the first result
	 * @throws NoSuchElementException if there is no such watch
	 * @throws ai.tinyfish.run.TinyFishResultMappingException if one does not fit
	 */
	<T> List<T> baseline(String id, Class<T> type);

	/**
	 * Return the values of a property in the history of a watch, also in results that
	 * were not confirmed. Misses, late results, and results that the type of the watch
	 * does not read, are left out.
	 * @param id the id
	 * @param property the name of a property of the records
	 * @return the values, the oldest first
	 * @throws NoSuchElementException if there is no such watch
	 * @throws IllegalArgumentException if the records have no such property
	 */
	List<WatchValue> series(String id, String property);

	/**
	 * Return the history of a watch, which is bounded by
	 * {@code tinyfish.durable.retention} and {@code tinyfish.durable.max-results}.
	 * @param id the id
	 * @return the slots, the newest first
	 */
	List<WatchResult> history(String id);

}
