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

package ai.tinyfish.durable;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

import ai.tinyfish.agent.AgentRequest;
import org.jspecify.annotations.Nullable;

/**
 * Operations on durable runs: stored in the application's database, sent and followed by
 * any instance of the application, and handed over as {@link DurableRunFinishedEvent} on
 * one of them.
 * <p>
 * Every method joins the transaction of its caller, or opens one of its own. What it does
 * takes effect when that commits, and never happened if it is rolled back.
 * <p>
 * Each request is sent at most once, unless the service says that it started nothing.
 * Where it is not known whether a run was started, nothing is sent again: the run is
 * {@link DurableRunState#UNCERTAIN} and a person decides.
 */
public interface DurableRuns {

	/**
	 * Store a request, to be sent after the transaction has committed.
	 * @param request the request; its webhook URL and the secrets of its proxy are stored
	 * until it was sent
	 * @return the run, with its durable id
	 * @throws IllegalArgumentException if the tag is longer than 255 characters or has
	 * the character U+0000
	 */
	default DurableRun submit(AgentRequest request) {
		return submit(request, null);
	}

	/**
	 * Store a request for an account, to be sent after the transaction has committed.
	 * @param request the request; its webhook URL and the secrets of its proxy are stored
	 * until it was sent
	 * @param account the account whose key is asked of the
	 * {@link DurableRunApiKeyProvider} bean: up to 100 letters, digits and
	 * {@code . _ : @ / -}; null for the client's own key
	 * @return the run, with its durable id
	 * @throws IllegalArgumentException if the tag or the account is not valid
	 * @throws IllegalStateException if there is an account and no
	 * {@link DurableRunApiKeyProvider}
	 */
	DurableRun submit(AgentRequest request, @Nullable String account);

	/**
	 * Store many requests, to be sent after the transaction has committed, up to 100 in
	 * one call. The service accepts all or none of them; where it refuses some that are
	 * not valid, or the number of runs is limited, each is sent on its own.
	 * @param requests the requests
	 * @return the runs, in the order of their requests
	 * @throws IllegalArgumentException if a request is null or has a tag that is not
	 * valid
	 */
	default List<DurableRun> submitAll(List<AgentRequest> requests) {
		return submitAll(requests, null);
	}

	/**
	 * Store many requests for an account, to be sent after the transaction has committed,
	 * up to 100 in one call. The service accepts all or none of them; where it refuses
	 * some that are not valid, or the number of runs is limited, each is sent on its own.
	 * @param requests the requests
	 * @param account the account, as in {@link #submit(AgentRequest, String)}, or null
	 * @return the runs, in the order of their requests
	 * @throws IllegalArgumentException if a request is null, or a tag or the account is
	 * not valid
	 * @throws IllegalStateException if there is an account and no
	 * {@link DurableRunApiKeyProvider}
	 */
	List<DurableRun> submitAll(List<AgentRequest> requests, @Nullable String account);

	/**
	 * Find a run.
	 * @param id the durable id
	 * @return the run, or empty if there is none or it was deleted after its retention
	 */
	Optional<DurableRun> find(String id);

	/**
	 * Read a page of the runs that meet the conditions.
	 * @param query the conditions, and which page
	 * @return the page
	 */
	DurableRunPage list(DurableRunQuery query);

	/**
	 * Cancel a run. One that was not sent ends at once, and its
	 * {@link DurableRunFinishedEvent} is published before this returns. One that is being
	 * sent, or is uncertain, is cancelled when its id is known, or ends as cancelled if
	 * the service has started nothing. It is not sent again. One that runs is cancelled
	 * at the service, and is handed over like any other outcome. Otherwise nothing is
	 * done.
	 * @param id the durable id
	 * @return the run after that
	 * @throws NoSuchElementException if there is no such run
	 */
	DurableRun cancel(String id);

	/**
	 * Decide that an uncertain run was started, or that a lost one is to be followed
	 * again.
	 * @param id the durable id
	 * @param runId the id that the service gave the run
	 * @return the run, which is followed from now on
	 * @throws NoSuchElementException if there is no such run
	 * @throws IllegalStateException if it is neither {@link DurableRunState#UNCERTAIN}
	 * nor {@link DurableRunState#LOST}
	 * @throws IllegalArgumentException if the run id is malformed, or belongs to another
	 * durable run
	 */
	DurableRun settle(String id, String runId);

	/**
	 * Decide that an uncertain run was not started, and send it again. If it was started
	 * all the same, there are two runs, and both are billed.
	 * @param id the durable id
	 * @return the run, which is sent after the transaction has committed
	 * @throws NoSuchElementException if there is no such run
	 * @throws IllegalStateException if it is not {@link DurableRunState#UNCERTAIN}, or
	 * has been cancelled
	 */
	DurableRun resubmit(String id);

	/**
	 * Give up a run that is uncertain, lost or parked. No event is published, and nothing
	 * is cancelled at the service.
	 * @param id the durable id
	 * @return the run
	 * @throws NoSuchElementException if there is no such run
	 * @throws IllegalStateException if it is not {@link DurableRunState#UNCERTAIN},
	 * {@link DurableRunState#LOST} or {@link DurableRunState#PARKED}
	 */
	DurableRun abandon(String id);

	/**
	 * Hand over again the outcome of a parked run.
	 * @param id the durable id
	 * @return the run, whose outcome is handed over after the transaction has committed
	 * @throws NoSuchElementException if there is no such run
	 * @throws IllegalStateException if it is not {@link DurableRunState#PARKED}
	 */
	DurableRun redeliver(String id);

}
