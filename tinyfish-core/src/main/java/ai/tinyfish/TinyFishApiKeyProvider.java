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

package ai.tinyfish;

import org.jspecify.annotations.Nullable;

/**
 * Strategy interface for the API key of an operation, for keys that change or that differ
 * by tenant. Called once per operation, on the calling thread. With
 * {@link ReactiveTinyFishClient}, this is the subscribing thread, on which it must not
 * block. Everything that follows from the operation, such as the cancel of its run, keeps
 * that key.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface TinyFishApiKeyProvider {

	/**
	 * Return the key to use now.
	 * @return the key; if it is null or blank, the operation fails before anything is
	 * sent
	 */
	@Nullable String getApiKey();

}
