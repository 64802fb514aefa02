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

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.ProtectionDomain;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

import org.springframework.asm.ClassReader;
import org.springframework.asm.ClassVisitor;
import org.springframework.asm.ClassWriter;
import org.springframework.asm.MethodVisitor;
import org.springframework.asm.Opcodes;
import org.springframework.asm.SpringAsmInfo;

/**
 * Sets the clock of a process, as {@link Instant#now()} reads it.
 */
final class SkewedClock extends ClassVisitor {

	private final long seconds;

	private SkewedClock(ClassVisitor next, long seconds) {
		super(SpringAsmInfo.ASM_VERSION, next);
		this.seconds = seconds;
	}

	/**
	 * Return the option of a JVM whose clock is wrong.
	 * @param skew by how much it is ahead, or if negative, behind
	 */
	static String option(Duration skew) {
		Manifest manifest = new Manifest();
		manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
		manifest.getMainAttributes().putValue("Premain-Class", SkewedClock.class.getName());
		manifest.getMainAttributes().putValue("Can-Retransform-Classes", "true");
		// the class itself is on the class path of the process
		Path agent = Path.of("target", "clock.jar").toAbsolutePath();
		try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(agent), manifest)) {
			jar.finish();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return "-javaagent:" + agent + "=" + skew.toSeconds();
	}

	/**
	 * Called in the process before its main method.
	 */
	public static void premain(String argument, Instrumentation instrumentation) throws UnmodifiableClassException {
		long seconds = Long.parseLong(argument);
		instrumentation.addTransformer(new ClassFileTransformer() {

			@Override
			public byte[] transform(ClassLoader loader, String name, Class<?> type, ProtectionDomain domain,
					byte[] bytes) {
				return "java/time/Clock".equals(name) ? skew(bytes, seconds) : null;
			}

		}, true);
		instrumentation.retransformClasses(Clock.class);
		long skew = Duration.between(Instant.ofEpochMilli(System.currentTimeMillis()), Instant.now()).toSeconds();
		if (Math.abs(skew - seconds) > 2) {
			throw new IllegalStateException("The clock is wrong by " + skew + " s, and not by " + seconds + " s");
		}
	}

	private static byte[] skew(byte[] bytes, long seconds) {
		ClassReader reader = new ClassReader(bytes);
		ClassWriter writer = new ClassWriter(reader, ClassWriter.COMPUTE_MAXS);
		reader.accept(new SkewedClock(writer, seconds), 0);
		return writer.toByteArray();
	}

	@Override
	public MethodVisitor visitMethod(int access, String name, String descriptor, String signature,
			String[] exceptions) {
		MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
		if (!name.equals("currentInstant")) {
			return next;
		}
		return new MethodVisitor(SpringAsmInfo.ASM_VERSION, next) {

			@Override
			public void visitInsn(int opcode) {
				if (opcode == Opcodes.ARETURN) {
					visitLdcInsn(SkewedClock.this.seconds);
					visitMethodInsn(Opcodes.INVOKEVIRTUAL, "java/time/Instant", "plusSeconds", "(J)Ljava/time/Instant;",
							false);
				}
				super.visitInsn(opcode);
			}

		};
	}

}
