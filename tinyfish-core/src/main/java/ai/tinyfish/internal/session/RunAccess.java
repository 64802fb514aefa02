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

package ai.tinyfish.internal.session;

import java.time.Duration;

import ai.tinyfish.internal.redaction.Secrets;

/**
 * Access of a session to its run.
 *
 * @param account the account of the submission, for all calls that follow from it
 * @param secrets the secrets of the request, which the service may repeat
 * @param lifetime how long the run may take where it is streamed
 * @param recovery the other ways to the outcome
 */
record RunAccess(PublishedOutcomes.Account account, Secrets secrets, Duration lifetime, Recovery recovery) {

	String apiKey() {
		return this.account.apiKey();
	}

	/**
	 * Return a description without the key.
	 */
	@Override
	public String toString() {
		return "RunAccess[lifetime=" + this.lifetime + "]";
	}

}
