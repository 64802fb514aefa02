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

package ai.tinyfish.internal.call;

import java.util.concurrent.atomic.AtomicBoolean;

import ai.tinyfish.error.TinyFishNotFoundException;
import ai.tinyfish.internal.json.HalfCharacters;
import ai.tinyfish.internal.redaction.Secrets;
import ai.tinyfish.internal.retry.AttemptFailedException;
import ai.tinyfish.internal.retry.AttemptFailure;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;

/**
 * Interpretation of a response: the value of a call, or the failure of the attempt.
 */
final class CallAnswers {

	private CallAnswers() {
	}

	/**
	 * Read an answer.
	 * @throws AttemptFailedException if the answer is not a success or cannot be read
	 */
	static <T> CallAnswer<T> read(ApiCall<T> call, ApiResponse received, Secrets secrets) {
		ApiResponse response = received.withoutKey(secrets);
		if (!response.isSuccess()) {
			T run = runOf(call, response, secrets);
			if (run != null) {
				return new CallAnswer<>(response.status(), run);
			}
			throw new AttemptFailedException(ErrorReader.rejected(call, response, secrets));
		}
		try {
			T value = decode(call.decoder(), response.body());
			if (value != null) {
				return new CallAnswer<>(response.status(), call.withoutSecrets(value, secrets));
			}
		}
		catch (RuntimeException ex) {
			throw unreadable(call, response, reason(ex), secrets);
		}
		throw unreadable(call, response, "it is empty", secrets);
	}

	/**
	 * Return why an answer cannot be used, without the messages of other libraries, which
	 * may quote the answer.
	 */
	private static String reason(RuntimeException failure) {
		String reason = (failure.getClass() == IllegalArgumentException.class) ? failure.getMessage() : null;
		return (reason != null) ? reason : "it is not JSON of that shape";
	}

	/**
	 * Return the run that an answer carries although its status or type is not that of a
	 * run.
	 */
	static <T> @Nullable T runOf(ApiCall<T> call, ApiResponse response, Secrets secrets) {
		ApiCall.ResponseDecoder<T> decoder = call.failureDecoder();
		if (decoder == null) {
			return null;
		}
		try {
			T run = decode(decoder, response.body());
			return (run != null) ? call.withoutSecrets(run, secrets) : null;
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	private static <T> @Nullable T decode(ApiCall.ResponseDecoder<T> decoder, byte[] body) {
		try {
			return decoder.decode(body);
		}
		catch (JacksonException ex) {
			byte[] replaced = HalfCharacters.replaced(body, 0, body.length);
			if (replaced == null) {
				throw ex;
			}
			return decoder.decode(replaced);
		}
	}

	static AttemptFailedException unreadable(ApiCall<?> call, ApiResponse response, String reason, Secrets secrets) {
		return new AttemptFailedException(
				ErrorReader.unreadable(call, response, "The response cannot be used: " + reason, secrets));
	}

	/**
	 * Interpret a failed attempt at a call. If a DELETE call finds nothing, an earlier
	 * attempt whose answer was lost may be the reason: then it is not a failure.
	 * @param mayBeGone whether an attempt may have deleted something
	 * @return the answer if the attempt does not count as a failure
	 * @throws AttemptFailedException if it does
	 */
	static <T> CallAnswer<T> failed(ApiCall<T> call, AttemptFailedException attempt, AtomicBoolean mayBeGone) {
		AttemptFailure failure = attempt.failure();
		T whenGone = call.whenGone();
		// it may be a gateway that does not know the path, which proves nothing
		if (whenGone != null && mayBeGone.get() && failure.exception() instanceof TinyFishNotFoundException notFound
				&& notFound.isFromService()) {
			return new CallAnswer<>(notFound.status(), whenGone);
		}
		if (failure.kind() == AttemptFailure.Kind.NO_ANSWER || failure.kind() == AttemptFailure.Kind.UNREADABLE
				|| failure.status() >= 500) {
			mayBeGone.set(true);
		}
		throw attempt;
	}

	/**
	 * A usable answer.
	 *
	 * @param <T> the result of the call
	 * @param status the HTTP status
	 * @param value the value
	 */
	record CallAnswer<T>(int status, T value) {

	}

}
