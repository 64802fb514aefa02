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

package ai.tinyfish.project;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.Field;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.core.type.classreading.MetadataReaderFactory;
import org.springframework.core.type.classreading.SimpleMetadataReaderFactory;
import org.springframework.util.ClassUtils;
import org.springframework.util.ReflectionUtils;

/**
 * The public API of a module: a line for each type, constructor, method and field that
 * other code can use, as it is compiled. Nullness is a part of it.
 */
final class PublicApi {

	private PublicApi() {
	}

	/**
	 * Return the lines of a module, be it packaged or not: each type before its members.
	 */
	static List<String> of(String module) throws IOException {
		MetadataReaderFactory readers = new SimpleMetadataReaderFactory();
		List<Class<?>> types = new ArrayList<>();
		for (Resource file : new PathMatchingResourcePatternResolver()
			.getResources(location(module) + "ai/tinyfish/**/*.class")) {
			String name = readers.getMetadataReader(file).getClassMetadata().getClassName();
			if (!name.contains(".internal.")) {
				types.add(ClassUtils.resolveClassName(name, null));
			}
		}
		return types.stream()
			.filter(PublicApi::isPublic)
			.sorted(Comparator.comparing(Class::getName))
			.flatMap((type) -> Stream.concat(Stream.of(type(type)), members(type).sorted().distinct())
				.map((line) -> type.getName() + ": " + line))
			.toList();
	}

	private static String location(String module) {
		String entry = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.map((path) -> path.replace(File.separatorChar, '/'))
			.filter((path) -> path.matches(".*/" + module + "/[^/]+/(classes|[^/]+\\.jar)"))
			.findFirst()
			.orElseThrow(() -> new IllegalStateException(module + " is not on the class path"));
		return entry.endsWith(".jar") ? "jar:file:" + entry + "!/" : "file:" + entry + "/";
	}

	/**
	 * Return the lines added to an API and removed from it, in words, or an empty text.
	 */
	static String changes(Collection<String> before, Collection<String> now) {
		return changes("Added:", now, before)
				+ changes("Removed or changed, which may break code that uses it:", before, now);
	}

	private static String changes(String title, Collection<String> lines, Collection<String> without) {
		List<String> others = lines.stream().filter((line) -> !without.contains(line)).toList();
		return others.isEmpty() ? "" : others.stream().collect(Collectors.joining("\n  ", title + "\n  ", "\n"));
	}

	private static boolean isPublic(Class<?> type) {
		return isPublic(type.getModifiers()) && !type.isSynthetic()
				&& (type.getEnclosingClass() == null || isPublic(type.getEnclosingClass()));
	}

	private static boolean isPublic(int modifiers) {
		return Modifier.isPublic(modifiers) || Modifier.isProtected(modifiers);
	}

	private static String type(Class<?> type) {
		String declaration = type.toGenericString();
		if (type.isEnum()) {
			// depends on whether constants have bodies, and on the JDK
			declaration = declaration.replaceAll("\\b(abstract|final|sealed) ", "");
		}
		StringBuilder line = new StringBuilder(deprecated(type)).append(declaration);
		if (type.getSuperclass() != null && !type.getSuperclass().getName().startsWith("java.lang.")) {
			line.append(" extends ").append(type.getGenericSuperclass().getTypeName());
		}
		line.append(list(type.isInterface() ? " extends " : " implements ", type.getGenericInterfaces()));
		line.append(
				list(" permits ", (type.isSealed() && !type.isEnum()) ? type.getPermittedSubclasses() : new Type[0]));
		return withoutPackages(line.toString());
	}

	private static String list(String title, Type[] types) {
		return (types.length == 0) ? ""
				: Arrays.stream(types).map(Type::getTypeName).sorted().collect(Collectors.joining(", ", title, ""));
	}

	/**
	 * The members of a type, with those that it has from types which are not public.
	 */
	private static Stream<String> members(Class<?> type) {
		Stream<Member> own = Stream
			.of(type.getDeclaredConstructors(), type.getDeclaredMethods(), type.getDeclaredFields())
			.flatMap(Arrays::stream);
		Stream<Class<?>> supertypes = Stream.concat(Stream.ofNullable(type.getSuperclass()),
				Arrays.stream(type.getInterfaces()));
		return Stream.concat(
				own.filter(
						(member) -> isPublic(member.getModifiers()) && !member.isSynthetic() && !isGiven(type, member))
					.map(PublicApi::member),
				supertypes.filter((supertype) -> supertype.getName().startsWith("ai.tinyfish.") && !isPublic(supertype))
					.flatMap(PublicApi::members)
					.filter((line) -> !line.contains("constructor ")));
	}

	/**
	 * Return whether any class or any enum has this member.
	 */
	private static boolean isGiven(Class<?> type, Member member) {
		return member instanceof Method method && (ReflectionUtils.isObjectMethod(method) || type.isEnum()
				&& Modifier.isStatic(method.getModifiers()) && List.of("values", "valueOf").contains(method.getName()));
	}

	private static String member(Member member) {
		String line = deprecated((AnnotatedElement) member);
		if (member instanceof Constructor<?> constructor) {
			line += "constructor " + modifiers(constructor, Modifier.constructorModifiers())
					+ typeParameters(constructor) + parameters(constructor);
		}
		else if (member instanceof Method method) {
			line += modifiers(method, Modifier.methodModifiers() & ~Modifier.SYNCHRONIZED & ~Modifier.STRICT)
					+ (method.isDefault() ? "default " : "") + typeParameters(method) + method.getAnnotatedReturnType()
					+ " " + method.getName() + parameters(method)
					+ ((method.getDefaultValue() != null) ? " default" : "");
		}
		else if (member instanceof Field field) {
			line += modifiers(field, Modifier.fieldModifiers()) + field.getAnnotatedType() + " " + field.getName();
		}
		return withoutPackages(line);
	}

	private static String deprecated(AnnotatedElement element) {
		return element.isAnnotationPresent(Deprecated.class) ? "@Deprecated " : "";
	}

	private static String modifiers(Member member, int mask) {
		String modifiers = Modifier.toString(member.getModifiers() & mask);
		return modifiers.isEmpty() ? "" : modifiers + " ";
	}

	private static String typeParameters(Executable executable) {
		TypeVariable<?>[] variables = executable.getTypeParameters();
		return (variables.length == 0) ? ""
				: Arrays.stream(variables).map(PublicApi::typeParameter).collect(Collectors.joining(", ", "<", "> "));
	}

	private static String typeParameter(TypeVariable<?> variable) {
		String bounds = types(variable.getAnnotatedBounds(), " & ");
		return bounds.equals("java.lang.Object") ? variable.getName() : variable.getName() + " extends " + bounds;
	}

	private static String parameters(Executable executable) {
		String parameters = "(" + types(executable.getAnnotatedParameterTypes(), ", ") + ")";
		String exceptions = types(executable.getAnnotatedExceptionTypes(), ", ");
		return (executable.isVarArgs() ? parameters.replaceFirst("\\[]\\)$", "...)") : parameters)
				+ (exceptions.isEmpty() ? "" : " throws " + exceptions);
	}

	private static String types(AnnotatedType[] types, String separator) {
		return Arrays.stream(types).map(Object::toString).collect(Collectors.joining(separator));
	}

	/**
	 * Return a line without the packages of our types and those of Java. The parentheses
	 * of annotations without values depend on the JDK.
	 */
	private static String withoutPackages(String line) {
		return line.replaceAll("@org\\.jspecify\\.annotations\\.(\\w+)(\\(\\))?", "@$1")
			.replaceAll("\\b(java|ai\\.tinyfish)\\.([a-z]+\\.)*(?=[@A-Z])", "");
	}

}
