// SPDX-License-Identifier: MIT
using System.Text.Json.Serialization;

namespace LbEngine.Admin.Doctor;

/// <summary>What is asked of a backend.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ExaminationKind>))]
public enum ExaminationKind
{
    /// <summary>That a connection opens and stays open.</summary>
    Tcp,

    /// <summary>That a request of HTTP/1.1 is answered.</summary>
    Http,

    /// <summary>That a datagram is not refused.</summary>
    Udp,
}
