// SPDX-License-Identifier: MIT
using System.Collections.Immutable;
using System.Reflection.Metadata;

namespace LbEngine.Tests.Architecture.Uses;

/// <summary>Reports every type of the assembly that a signature names, however deep inside of generic arguments, arrays and pointers.</summary>
internal sealed class SignatureTypes(Action<TypeDefinitionHandle> report) : ISignatureTypeProvider<ValueTuple, ValueTuple>
{
    public ValueTuple GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        report(handle);
        return default;
    }

    public ValueTuple GetTypeFromSpecification(MetadataReader reader, ValueTuple genericContext, TypeSpecificationHandle handle, byte rawTypeKind) =>
        reader.GetTypeSpecification(handle).DecodeSignature(this, genericContext);

    public ValueTuple GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind) => default;

    public ValueTuple GetPrimitiveType(PrimitiveTypeCode typeCode) => default;

    public ValueTuple GetArrayType(ValueTuple elementType, ArrayShape shape) => default;

    public ValueTuple GetSZArrayType(ValueTuple elementType) => default;

    public ValueTuple GetByReferenceType(ValueTuple elementType) => default;

    public ValueTuple GetPointerType(ValueTuple elementType) => default;

    public ValueTuple GetPinnedType(ValueTuple elementType) => default;

    public ValueTuple GetFunctionPointerType(MethodSignature<ValueTuple> signature) => default;

    public ValueTuple GetModifiedType(ValueTuple modifier, ValueTuple unmodifiedType, bool isRequired) => default;

    public ValueTuple GetGenericInstantiation(ValueTuple genericType, ImmutableArray<ValueTuple> typeArguments) => default;

    public ValueTuple GetGenericTypeParameter(ValueTuple genericContext, int index) => default;

    public ValueTuple GetGenericMethodParameter(ValueTuple genericContext, int index) => default;
}
