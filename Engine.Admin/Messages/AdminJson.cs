// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Admin.Messages;

/// <summary>How messages are written: generated at build time, without reflection.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    AllowDuplicateProperties = false)]
[JsonSerializable(typeof(StatusMessage))]
[JsonSerializable(typeof(ReadinessMessage))]
[JsonSerializable(typeof(BackendListMessage))]
[JsonSerializable(typeof(BackendChangeMessage))]
[JsonSerializable(typeof(ConnectionListMessage))]
[JsonSerializable(typeof(ConnectionClosedMessage))]
[JsonSerializable(typeof(AffinityListMessage))]
[JsonSerializable(typeof(ReloadRequestMessage))]
[JsonSerializable(typeof(ChangeListMessage))]
[JsonSerializable(typeof(ErrorMessage))]
public sealed partial class AdminJson : JsonSerializerContext;
