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

/**
 * One run of a client, from its place among the runs in flight to its outcome.
 * <p>
 * The tables have the effect of each signal in each phase of a run, for each operation:
 * the next phase, or the end of the run. "finished" is a reported outcome, "error" an
 * unknown outcome or a refused run, "unsent" a run that was never sent, "left" no
 * outcome. "=" has no effect on the phase, "." cannot happen. The effect before a slash
 * applies if runs are cancelled at their deadline and on close, the one after it if they
 * are left. OPENING, UNNAMED and NAMED are the phase STREAM of {@code RunState}, and
 * CLOSE is its phase CANCEL if a stream, client or application is closed. RECORD is that
 * of a reported outcome: after a cancel at the deadline, the outcome is "error".
 * {@code SessionTableTests} drives a run through each of them. <pre>
 * START                   WAITING        OPENING        UNNAMED        NAMED          POLL           CANCEL         CLOSE          RECORD
 * PLACE_GRANTED           OPENING        .              .              .              .              .              .              .
 * MAX_WAIT_OVER           unsent         .              .              .              .              .              .              .
 * STREAM_OPENED           .              UNNAMED        .              .              .              .              .              .
 * ANSWERED                .              finished       .              .              .              .              .              .
 * REFUSED                 .              error          .              .              .              .              .              .
 * LOST_BUT_NAMED          .              POLL           .              .              .              .              .              .
 * LOST                    .              error          .              .              .              .              .              .
 * STARTED                 .              .              NAMED          =              .              =              =              =
 * PROGRESS                .              .              NAMED          =              .              =              =              =
 * COMPLETE                .              .              RECORD         RECORD         .              =              RECORD         =
 * COMPLETE_OF_ANOTHER_RUN .              .              RECORD         POLL           .              =              =              =
 * STREAM_ENDED            .              .              error          POLL           .              =              =              =
 * STREAM_BROKEN           .              .              error          POLL           .              =              =              =
 * READ                    .              .              .              .              finished       .              .              finished
 * READ_REFUSED            .              .              .              .              error          .              .              finished
 * DEADLINE                unsent         error          error          CANCEL/error   CANCEL/error   =              =              =
 * CANCEL_CONFIRMED        .              .              .              .              .              RECORD         RECORD         .
 * CANCEL_REFUSED          .              .              .              .              .              error          error          .
 * HANDLE_CANCELLED        .              .              .              =              =              =              =              =
 * CALL_CANCELLED          unsent         =              =              .              .              .              .              .
 * OPERATOR_CANCELLED      .              .              .              =              =              =              =              =
 * CLIENT_CLOSED           unsent         error          error          CLOSE/error    CLOSE/error    =              .              finished
 * STOPPED                 unsent         error          error          CLOSE/error    CLOSE/error    =              =              finished
 *
 * STREAM                  WAITING        OPENING        UNNAMED        NAMED          POLL           CANCEL         CLOSE          RECORD
 * PLACE_GRANTED           OPENING        .              .              .              .              .              .              .
 * MAX_WAIT_OVER           unsent         .              .              .              .              .              .              .
 * STREAM_OPENED           .              UNNAMED        .              .              .              .              .              .
 * ANSWERED                .              finished       .              .              .              .              .              .
 * REFUSED                 .              error          .              .              .              .              .              .
 * LOST_BUT_NAMED          .              POLL           .              .              .              .              .              .
 * LOST                    .              error          .              .              .              .              .              .
 * STARTED                 .              .              NAMED          =              .              =              =              =
 * PROGRESS                .              .              NAMED          =              .              =              =              =
 * COMPLETE                .              .              RECORD         RECORD         .              =              RECORD         =
 * COMPLETE_OF_ANOTHER_RUN .              .              RECORD         POLL           .              =              =              =
 * STREAM_ENDED            .              .              error          POLL           .              =              =              =
 * STREAM_BROKEN           .              .              error          POLL           .              =              =              =
 * READ                    .              .              .              .              finished       .              .              finished
 * READ_REFUSED            .              .              .              .              error          .              .              finished
 * DEADLINE                unsent         error          error          CANCEL/error   CANCEL/error   =              =              =
 * CANCEL_CONFIRMED        .              .              .              .              .              RECORD         RECORD         .
 * CANCEL_REFUSED          .              .              .              .              .              error          error          .
 * CALL_CANCELLED          unsent         error          error          CLOSE/error    CLOSE/error    =              =              finished
 * OPERATOR_CANCELLED      .              .              .              =              =              =              =              =
 * CLIENT_CLOSED           unsent         error          error          CLOSE/error    CLOSE/error    =              .              finished
 * STOPPED                 unsent         error          error          CLOSE/error    CLOSE/error    =              =              finished
 *
 * RUN                     WAITING        ANSWER         POLL
 * PLACE_GRANTED           ANSWER         .              .
 * MAX_WAIT_OVER           unsent         .              .
 * ANSWERED                .              finished       .
 * REFUSED                 .              error          .
 * LOST_BUT_NAMED          .              POLL           .
 * LOST                    .              error          .
 * READ                    .              .              finished
 * READ_REFUSED            .              .              error
 * CALL_CANCELLED          unsent         error          error
 * OPERATOR_CANCELLED      .              .              =
 * CLIENT_CLOSED           unsent         error          error
 * STOPPED                 unsent         error          error
 *
 * AWAIT                   POLL
 * READ                    finished
 * READ_REFUSED            left
 * CALL_CANCELLED          left
 * OPERATOR_CANCELLED      =
 * CLIENT_CLOSED           left
 * STOPPED                 error
 *
 * QUEUE                   ANSWER
 * ANSWERED                left
 * REFUSED                 error
 * LOST_BUT_NAMED          left
 * LOST                    error
 * CALL_CANCELLED          error
 * CLIENT_CLOSED           error
 * STOPPED                 error
 * </pre>
 */
@NullMarked
package ai.tinyfish.internal.session;

import org.jspecify.annotations.NullMarked;

// To change
// - the reports of the service that end a run: AgentEventReader, RunStream, RunStatus
// - the client's own reasons to end a run: the signals of RunSession, RunSources
// - the advice on how to find a run: Outcomes
