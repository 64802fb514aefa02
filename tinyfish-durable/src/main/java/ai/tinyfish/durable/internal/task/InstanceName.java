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

package ai.tinyfish.durable.internal.task;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.UUID;

/**
 * Names of instances: equal ones would be of no use in a table.
 */
public final class InstanceName {

	/** The scheduler keeps 50 characters of a name. */
	private static final int MAX_HOST_LENGTH = 30;

	private InstanceName() {
	}

	public static String create() {
		String host = host();
		return ((host.length() > MAX_HOST_LENGTH) ? host.substring(0, MAX_HOST_LENGTH) : host) + ":"
				+ ProcessHandle.current().pid() + ":" + UUID.randomUUID().toString().substring(0, 8);
	}

	private static String host() {
		try {
			return InetAddress.getLocalHost().getHostName();
		}
		catch (UnknownHostException ex) {
			return "unknown";
		}
	}

}
