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

package ai.tinyfish.durable.processes;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

import javax.sql.DataSource;

/**
 * Places in the code of an application where it waits as long as the test has locked a
 * row with the name of the place.
 */
class Holds {

	private final DataSource dataSource;

	private final boolean enabled;

	/**
	 * Create new places.
	 * @param dataSource connects to the database
	 * @param enabled whether any place can be held: each takes some time to pass
	 */
	Holds(DataSource dataSource, boolean enabled) {
		this.dataSource = dataSource;
		this.enabled = enabled;
	}

	/**
	 * Wait while the place is held. This has a connection of its own, outside of any
	 * transaction.
	 */
	void pass(String name) {
		if (!this.enabled) {
			return;
		}
		try (Connection connection = this.dataSource.getConnection();
				PreparedStatement statement = connection
					.prepareStatement("select name from hold where name = ? for update")) {
			connection.setAutoCommit(false);
			statement.setString(1, name);
			statement.executeQuery();
			connection.rollback();
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
