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

package ai.tinyfish.spring.ai.tools;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.agent.RunHandle;
import ai.tinyfish.error.TinyFishException;
import org.mockito.Mockito;

/**
 * Answers of the tools for language models to the question whether a run may exist.
 */
public final class ToolAnswers {

	private ToolAnswers() {
	}

	/**
	 * Return whether a repeated call is answered by the failed run.
	 */
	public static boolean isKept(TinyFishException failure) {
		RunHandle handle = Mockito.mock(RunHandle.class);
		Mockito.when(handle.started()).thenReturn(CompletableFuture.failedFuture(failure));
		Mockito.when(handle.result()).thenReturn(CompletableFuture.failedFuture(failure));
		AtomicBoolean gone = new AtomicBoolean();
		new LedgerRun("call", null, (run) -> null, (run) -> gone.set(true)).started(handle);
		return !gone.get();
	}

	/**
	 * Return whether the model learns that a run may have been billed.
	 */
	public static boolean reportsBilling(TinyFishException failure) {
		return String.valueOf(FailureTexts.of(failure)).contains("billed");
	}

}
