// SPDX-License-Identifier: MIT
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace LbEngine.Tests.Architecture.Uses;

/// <summary>
/// Reads from a built assembly which of its types use which: by base and interfaces, fields, signatures, constraints, attributes, local
/// variables, caught exceptions, and every member that a method body names.
/// </summary>
/// <remarks>A constant and <c>nameof</c> leave no trace in an assembly, and documentation is none: what only they name is not seen.</remarks>
internal sealed class AssemblyUses
{
    private readonly PEReader _image;
    private readonly MetadataReader _metadata;
    private readonly SignatureTypes _signatures;
    private readonly HashSet<TypeUse> _uses = [];
    private string _user = "";

    private AssemblyUses(PEReader image)
    {
        _image = image;
        _metadata = image.GetMetadataReader();
        _signatures = new SignatureTypes(handle => Add(handle));
    }

    public static IReadOnlyCollection<TypeUse> Read(string assemblyFile)
    {
        using var image = new PEReader(File.OpenRead(assemblyFile));
        var uses = new AssemblyUses(image);
        foreach (TypeDefinitionHandle handle in uses._metadata.TypeDefinitions)
        {
            uses.ReadType(handle);
        }

        return uses._uses;
    }

    private void ReadType(TypeDefinitionHandle handle)
    {
        _user = NameOf(handle);
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        Add(type.BaseType);
        ReadParameters(type.GetGenericParameters());
        ReadAttributes(type.GetCustomAttributes());
        foreach (InterfaceImplementationHandle one in type.GetInterfaceImplementations())
        {
            Add(_metadata.GetInterfaceImplementation(one).Interface);
        }

        foreach (FieldDefinitionHandle one in type.GetFields())
        {
            FieldDefinition field = _metadata.GetFieldDefinition(one);
            field.DecodeSignature(_signatures, default);
            ReadAttributes(field.GetCustomAttributes());
        }

        foreach (PropertyDefinitionHandle one in type.GetProperties())
        {
            ReadAttributes(_metadata.GetPropertyDefinition(one).GetCustomAttributes());
        }

        foreach (EventDefinitionHandle one in type.GetEvents())
        {
            Add(_metadata.GetEventDefinition(one).Type);
        }

        foreach (MethodDefinitionHandle one in type.GetMethods())
        {
            ReadMethod(_metadata.GetMethodDefinition(one));
        }
    }

    private void ReadMethod(MethodDefinition method)
    {
        method.DecodeSignature(_signatures, default);
        ReadParameters(method.GetGenericParameters());
        ReadAttributes(method.GetCustomAttributes());
        foreach (ParameterHandle one in method.GetParameters())
        {
            ReadAttributes(_metadata.GetParameter(one).GetCustomAttributes());
        }

        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        MethodBodyBlock body = _image.GetMethodBody(method.RelativeVirtualAddress);
        Add(body.LocalSignature);
        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Add(region.CatchType);
        }

        foreach (EntityHandle handle in InstructionReader.ReadHandles(body.GetILReader()))
        {
            Add(handle);
        }
    }

    private void ReadParameters(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterHandle parameter in parameters)
        {
            foreach (GenericParameterConstraintHandle one in _metadata.GetGenericParameter(parameter).GetConstraints())
            {
                Add(_metadata.GetGenericParameterConstraint(one).Type);
            }
        }
    }

    private void ReadAttributes(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle one in attributes)
        {
            Add(_metadata.GetCustomAttribute(one).Constructor);
        }
    }

    private void Add(EntityHandle handle)
    {
        if (handle.IsNil)
        {
            return;
        }

        switch (handle.Kind)
        {
            case HandleKind.TypeDefinition:
                string used = NameOf((TypeDefinitionHandle)handle);
                _ = used == _user || _uses.Add(new TypeUse(_user, used));
                break;
            case HandleKind.TypeSpecification:
                _metadata.GetTypeSpecification((TypeSpecificationHandle)handle).DecodeSignature(_signatures, default);
                break;
            case HandleKind.MethodDefinition:
                Add(_metadata.GetMethodDefinition((MethodDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.FieldDefinition:
                Add(_metadata.GetFieldDefinition((FieldDefinitionHandle)handle).GetDeclaringType());
                break;
            case HandleKind.MemberReference:
                Add(_metadata.GetMemberReference((MemberReferenceHandle)handle).Parent);
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification method = _metadata.GetMethodSpecification((MethodSpecificationHandle)handle);
                Add(method.Method);
                method.DecodeSignature(_signatures, default);
                break;
            case HandleKind.StandaloneSignature:
                ReadSignature(_metadata.GetStandaloneSignature((StandaloneSignatureHandle)handle));
                break;
        }
    }

    private void ReadSignature(StandaloneSignature signature)
    {
        if (signature.GetKind() == StandaloneSignatureKind.LocalVariables)
        {
            signature.DecodeLocalSignature(_signatures, default);
        }
        else
        {
            signature.DecodeMethodSignature(_signatures, default);
        }
    }

    private string NameOf(TypeDefinitionHandle handle)
    {
        TypeDefinition type = _metadata.GetTypeDefinition(handle);
        string name = _metadata.GetString(type.Name);
        if (type.GetDeclaringType() is { IsNil: false } outer)
        {
            return $"{NameOf(outer)}+{name}";
        }

        return type.Namespace.IsNil ? name : $"{_metadata.GetString(type.Namespace)}.{name}";
    }
}
