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

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;

/**
 * An answered request for a stream.
 *
 * @param <T> what takes the place of a stream where the answer carries a run
 * @param body the bytes of the stream; empty where the answer is a value
 * @param value what was answered in place of a stream, or null
 */
public record OpenStream<T>(Flux<byte[]> body, @Nullable T value) {

}
