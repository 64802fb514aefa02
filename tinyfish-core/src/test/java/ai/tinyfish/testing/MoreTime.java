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

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;

import ai.tinyfish.error.TinyFishTimeoutException;
import ai.tinyfish.run.TinyFishRunOutcomeUnknownException;
import ai.tinyfish.run.TinyFishRunTimeoutException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * For what depends on the time that passes, on machines that may stand still for longer.
 */
public final class MoreTime {

	/** An attempt that has too little time within this fails. */
	private static final Duration MOST = Duration.ofSeconds(30);

	private static final Duration SECOND = Duration.ofSeconds(1);

	private static final int ATTEMPTS = 5;

	private MoreTime() {
	}

	/**
	 * Try with more and more time until it suffices for a result.
	 * @param first the time that suffices unless the machine is busy
	 * @param attempt says with {@link #tooLittle()} that it was not enough
	 */
	public static void whereTooLittle(Duration first, Attempt attempt) throws Exception {
		Duration time = first;
		boolean enough = false;
		while (!enough) {
			assertThat(time).as("even this is too little time").isLessThan(MOST);
			try {
				attempt.with(time);
				enough = true;
			}
			catch (TooLittleTimeException ex) {
				time = time.multipliedBy(2);
			}
		}
	}

	/**
	 * Say that there was too little time, so that the result has no meaning.
	 */
	public static RuntimeException tooLittle() {
		return new TooLittleTimeException();
	}

	/**
	 * Check that there was time for a run to be known before it was given up.
	 * @param failure the failure of the run, or null
	 */
	public static void requireKnown(@Nullable Throwable failure) {
		boolean unsent = failure instanceof TinyFishTimeoutException;
		if (unsent || (failure instanceof TinyFishRunOutcomeUnknownException unknown && unknown.runId() == null)) {
			throw tooLittle();
		}
	}

	/**
	 * Return the failure of a known run at its deadline.
	 */
	public static TinyFishRunTimeoutException timeoutOf(ThrowingCallable run) {
		Throwable failure = catchThrowable(run);
		requireKnown(failure);
		assertThat(failure).isInstanceOf(TinyFishRunTimeoutException.class);
		return (TinyFishRunTimeoutException) failure;
	}

	/**
	 * Return the result of a run that was known before its deadline.
	 */
	public static <T> T outcomeOf(Callable<T> run) throws Exception {
		try {
			return run.call();
		}
		catch (TinyFishRunOutcomeUnknownException ex) {
			requireKnown(ex);
			throw ex;
		}
	}

	/**
	 * Check that there was time to send a request.
	 * @param requests the requests that the server has received
	 */
	public static void requireSent(List<String> requests) {
		if (requests.isEmpty()) {
			throw tooLittle();
		}
	}

	/**
	 * Check that something takes less than a second, in one of some attempts: the machine
	 * does not stand still in each of them.
	 * @param attempt gives how long it took
	 */
	public static void withinASecond(Callable<Duration> attempt) throws Exception {
		Duration took = attempt.call();
		for (int n = 1; n < ATTEMPTS && took.compareTo(SECOND) >= 0; n++) {
			took = attempt.call();
		}
		assertThat(took).isLessThan(SECOND);
	}

	/**
	 * How long it is since a moment.
	 * @param begin in terms of {@link System#nanoTime()}
	 */
	public static Duration since(long begin) {
		return Duration.ofNanos(System.nanoTime() - begin);
	}

	/**
	 * An attempt with more or less time.
	 */
	@FunctionalInterface
	public interface Attempt {

		void with(Duration time) throws Exception;

	}

	@SuppressWarnings("serial")
	private static final class TooLittleTimeException extends RuntimeException {

	}

}
