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

import java.util.Collection;
import java.util.List;
import java.util.NoSuchElementException;

import ai.tinyfish.agent.AgentRequest;
import ai.tinyfish.run.Run;
import org.jspecify.annotations.Nullable;

/**
 * Operations on durable runs: stored in the application's database, sent and followed by
 * any instance of the application, and handed over as {@link DurableRunFinishedEvent} on
 * one of them.
 * <p>
 * Every method joins the transaction of its caller, or opens a new one. Its effects begin
 * with the commit, and are undone by a rollback.
 * <p>
 * Each request is sent at most once, unless the service says that it started nothing. If
 * it is not known whether a run was started, nothing is sent again: the run is
 * {@link DurableRunState#UNCERTAIN} and a person decides.
 * <p>
 * Each {@link ai.tinyfish.agent.TinyFishRunInterceptor} is asked before anything is
 * stored, also by {@link #resubmit} and {@link #resubmitAll}. If one of them refuses, its
 * exception is thrown, and nothing is stored or changed.
 *
 * @since 0.1.0
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
		return submit(DurableSubmission.of(request));
	}

	/**
	 * Store a submission, to be sent after the transaction has committed. If its account
	 * has a run with the same key, that run is returned, and nothing is stored. If
	 * another transaction is submitting with the same key, this method waits for it.
	 * @param submission the request, its account and its key
	 * @return the run, with its durable id
	 * @throws IllegalArgumentException if the tag, the account or the key is not valid
	 * @throws IllegalStateException if there is an account and no
	 * {@link DurableRunApiKeyProvider}, if the run with this key has another request, or
	 * if the {@link DurableRunApproval} refuses the run
	 */
	DurableRun submit(DurableSubmission submission);

	/**
	 * Store many requests, to be sent after the transaction has committed, up to 100 in
	 * one call. The service accepts all or none of them. If some are not valid, or if the
	 * number of runs is limited, each is sent separately.
	 * @param requests the requests
	 * @return the runs, in the order of their requests
	 * @throws IllegalArgumentException if a tag is not valid
	 */
	default List<DurableRun> submitAll(List<AgentRequest> requests) {
		return submitAll(requests.stream().map(DurableSubmission::of).toList());
	}

	/**
	 * Store many submissions, to be sent after the transaction has committed, up to 100
	 * of an account in one call. The service accepts all or none of them. If some are not
	 * valid, or if the number of runs is limited, each is sent separately.
	 * @param submissions the submissions
	 * @return the runs, in the order of their submissions
	 * @throws IllegalArgumentException if a tag, an account or a key is not valid
	 * @throws IllegalStateException if there is an account and no
	 * {@link DurableRunApiKeyProvider}, if a run with one of the keys has another
	 * request, or if the {@link DurableRunApproval} refuses a run
	 */
	List<DurableRun> submitAll(Collection<DurableSubmission> submissions);

	/**
	 * Find a run.
	 * @param id the durable id
	 * @return the run, or null if it does not exist or was deleted after its retention
	 */
	@Nullable DurableRun find(String id);

	/**
	 * Read a page of the runs that meet the conditions.
	 * @param query the conditions, and which page
	 * @return the page
	 */
	DurableRunPage list(DurableRunQuery query);

	/**
	 * Return these operations for a person: the name is stored with each decision.
	 * @param name the name, not blank and up to 255 characters, or null
	 * @return the operations, with which this person approves, refuses, cancels, settles,
	 * resubmits, abandons and redelivers
	 * @throws IllegalArgumentException if the name is not valid
	 */
	DurableRuns decidedBy(@Nullable String name);

	/**
	 * Cancel a run. A run that was not sent ends as cancelled. A run that is being sent
	 * or is uncertain is cancelled as soon as its id is known, or ends as cancelled if
	 * the service has started nothing. It is not sent again. A run in progress is
	 * cancelled at the service. The outcome is handed over like any other. In all other
	 * states, nothing is done.
	 * @param id the durable id
	 * @return the run after that
	 * @throws NoSuchElementException if there is no such run
	 */
	DurableRun cancel(String id);

	/**
	 * Allow a held run to be sent. Whether this person may decide, and is not the one who
	 * submitted the run, is for the application to check.
	 * @param id the durable id
	 * @return the run, which is sent after the transaction has committed
	 * @throws NoSuchElementException if there is no such run
	 * @throws IllegalStateException if it is not {@link DurableRunState#HELD}
	 */
	DurableRun approve(String id);

	/**
	 * Refuse a held run: nothing is sent, it becomes {@link DurableRunState#REFUSED}, and
	 * a {@link DurableRunErrorEvent} is published with the person and the reason.
	 * @param id the durable id
	 * @param why the reason, up to 255 characters
	 * @return the run
	 * @throws NoSuchElementException if there is no such run
	 * @throws IllegalArgumentException if the reason is empty or too long
	 * @throws IllegalStateException if it is not {@link DurableRunState#HELD}
	 */
	DurableRun refuse(String id, String why);

	/**
	 * Decide that an uncertain run was started, or that a lost run is to be followed
	 * again.
	 * @param run the durable run
	 * @param started the run that it has started, as the service has returned it. Its
	 * goal and the time of its creation must fit the request, and its URL if the service
	 * names it
	 * @return the run, which is followed from now on
	 * @throws NoSuchElementException if there is no such run
	 * @throws IllegalStateException if it is neither {@link DurableRunState#UNCERTAIN}
	 * nor {@link DurableRunState#LOST}
	 * @throws IllegalArgumentException if the started run does not fit the request; the
	 * message says what differs. Also if its id is malformed or belongs to another
	 * durable run
	 */
	DurableRun settle(DurableRun run, Run started);

	/**
	 * Decide the same as {@link #settle}, but without proof: the started run may have
	 * another goal, and it is not known whether the service has such a run.
	 * @param run the durable run
	 * @param runId the id that the service gave the run
	 * @return the run, which is followed from now on
	 * @throws NoSuchElementException if there is no such run
	 * @throws IllegalStateException if it is neither {@link DurableRunState#UNCERTAIN}
	 * nor {@link DurableRunState#LOST}
	 * @throws IllegalArgumentException if the run id is malformed, or belongs to another
	 * durable run
	 */
	DurableRun settleUnproven(DurableRun run, String runId);

	/**
	 * Decide that an uncertain run was not started, and send it again. If it was started
	 * after all, there are two runs, and both are billed. Interceptors may refuse it, but
	 * cannot change the request.
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

	/**
	 * Cancel the runs that meet the conditions and that can be cancelled, up to the limit
	 * of the query.
	 * @param query the conditions
	 * @return how many runs are cancelled; 0 if nothing is left
	 */
	int cancelAll(DurableRunQuery query);

	/**
	 * Send again the {@link DurableRunState#UNCERTAIN} runs that meet the conditions, up
	 * to the limit of the query. If they were started after all, they are billed twice.
	 * @param query the conditions
	 * @return how many runs are sent again; 0 if nothing is left
	 */
	int resubmitAll(DurableRunQuery query);

	/**
	 * Give up the {@link DurableRunState#UNCERTAIN}, {@link DurableRunState#LOST} and
	 * {@link DurableRunState#PARKED} runs that meet the conditions, up to the limit of
	 * the query.
	 * @param query the conditions
	 * @return how many runs were given up; 0 if nothing is left
	 */
	int abandonAll(DurableRunQuery query);

	/**
	 * Hand over again the outcomes of the {@link DurableRunState#PARKED} runs that meet
	 * the conditions, up to the limit of the query.
	 * @param query the conditions
	 * @return how many outcomes are handed over again; 0 if nothing is left
	 */
	int redeliverAll(DurableRunQuery query);

	/**
	 * Delete the runs that meet the conditions and whose state is final
	 * ({@link DurableRunState#DONE}, {@link DurableRunState#REFUSED} or
	 * {@link DurableRunState#ABANDONED}), up to the limit of the query: goals, results
	 * and keys are gone from the database, and nothing is deleted at the service. The
	 * same key then starts another run.
	 * @param query the conditions
	 * @return how many runs were deleted; 0 if nothing is left
	 */
	int deleteAll(DurableRunQuery query);

}
