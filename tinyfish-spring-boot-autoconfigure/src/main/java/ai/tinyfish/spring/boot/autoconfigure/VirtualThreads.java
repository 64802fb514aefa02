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

package ai.tinyfish.spring.boot.autoconfigure;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadFactory;

import org.springframework.core.task.VirtualThreadTaskExecutor;

/**
 * Virtual threads that inherit nothing from the threads that start them. The starting
 * thread may read from the network and have inherited values of some caller. Thread-local
 * values of one caller must not reach the listeners of others.
 */
final class VirtualThreads {

	private VirtualThreads() {
	}

	/**
	 * Starts a virtual thread for each task. By reflection, since Java 17 has no virtual
	 * threads, and those of Spring's own executor inherit.
	 * @param prefix the prefix of the names of the threads
	 */
	static Executor executor(String prefix) {
		try {
			Class<?> type = Class.forName("java.lang.Thread$Builder");
			Object builder = Thread.class.getMethod("ofVirtual").invoke(null);
			type.getMethod("name", String.class, long.class).invoke(builder, prefix, 0L);
			type.getMethod("inheritInheritableThreadLocals", boolean.class).invoke(builder, false);
			ThreadFactory factory = (ThreadFactory) type.getMethod("factory").invoke(builder);
			return (task) -> {
				Thread thread = factory.newThread(task);
				// this also stops inheritable values
				thread.setContextClassLoader(Thread.currentThread().getContextClassLoader());
				thread.start();
			};
		}
		catch (ReflectiveOperationException ex) {
			// as in a native image that was built without TinyFishRuntimeHints
			return new VirtualThreadTaskExecutor(prefix);
		}
	}

}
