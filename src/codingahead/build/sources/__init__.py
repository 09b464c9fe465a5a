"""The readers of official files, in the order in which they are asked: one module and one line each."""

from __future__ import annotations

from codingahead.build.editions import Reader
from codingahead.build.sources import (
    ama_cpt,
    ccsr,
    hcpcs,
    hcpcs_names,
    icd10cm_conversion,
    icd10cm_index,
    icd10cm_order,
    icd10cm_poa,
    icd10cm_tables,
    icd10cm_tabular,
    icd10pcs_definitions,
    icd10pcs_index,
    icd10pcs_order,
    icd10pcs_tables,
    msdrg,
    ncci_add_on,
    ncci_mue,
    ncci_ptp,
    pfs,
    pfs_fixed,
    places_of_service,
    rbcs,
)

READERS: tuple[Reader, ...] = (
    ama_cpt.READER,
    ccsr.READER,
    hcpcs.READER,
    hcpcs_names.READER,
    icd10cm_conversion.READER,
    icd10cm_index.READER,
    icd10cm_order.READER,
    icd10cm_poa.READER,
    icd10cm_tables.READER,
    icd10cm_tabular.READER,
    icd10pcs_definitions.READER,
    icd10pcs_index.READER,
    icd10pcs_order.READER,
    icd10pcs_tables.READER,
    msdrg.READER,
    ncci_add_on.READER,
    ncci_mue.READER,
    ncci_ptp.READER,
    pfs.READER,
    pfs_fixed.READER,
    places_of_service.READER,
    rbcs.READER,
)
