// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Configuration;

/// <summary>How an engine moves bytes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<TransportKind>))]
public enum TransportKind
{
    /// <summary><see cref="Linux"/> on Linux (x64 and arm64), <see cref="Sockets"/> elsewhere.</summary>
    Auto,

    /// <summary>Epoll reactors and splice(2). Linux only.</summary>
    Linux,

    /// <summary>System.Net.Sockets: IOCP on Windows, epoll or kqueue elsewhere.</summary>
    Sockets,
}
