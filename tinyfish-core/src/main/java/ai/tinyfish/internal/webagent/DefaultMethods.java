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

package ai.tinyfish.internal.webagent;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import org.jspecify.annotations.Nullable;

/**
 * Calls of the default methods of an interface. The JDK's own way is closed to interfaces
 * that are not public.
 */
final class DefaultMethods {

	private final Map<Method, MethodHandle> handles = new ConcurrentHashMap<>();

	@Nullable Object invoke(Object proxy, Method method, @Nullable Object @Nullable [] arguments) throws Throwable {
		if (Modifier.isPublic(method.getDeclaringClass().getModifiers())) {
			return InvocationHandler.invokeDefault(proxy, method, arguments);
		}
		MethodHandle handle = this.handles.get(method);
		if (handle == null) {
			Class<?> type = method.getDeclaringClass();
			handle = MethodHandles.privateLookupIn(type, MethodHandles.lookup()).unreflectSpecial(method, type);
			this.handles.put(method, handle);
		}
		return handle.bindTo(proxy).invokeWithArguments((arguments != null) ? arguments : new Object[0]);
	}

}
